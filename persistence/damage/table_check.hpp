#pragma once

#include "persistence/store/store_error.hpp"

#include <filesystem>

namespace rota::persistence {

// RocksDB 7.8 parses a table file's properties before it verifies their sum. Where assertions are
// compiled in, as in Debian, one flipped bit there aborts the process. RocksDB verifies everything
// else in the file before use, so only that block is checked here, before RocksDB opens the file.
//
// A table file ends with: ... properties block, metaindex block, and a footer of 53 bytes {sum
// kind: u8, handle of the metaindex, handle of the index, padding, version: u32, magic: u64}. A
// handle is {offset: varint, size: varint}. Each block is followed by {compression: u8, sum: u32}.

/// Returns whether the properties of the table file are intact. Also true if the end of the file is
/// not intact, so that they cannot be located: the file is unfinished and not needed, or RocksDB
/// refuses it with a reason. Error: io.
[[nodiscard]] store_result<bool> has_intact_properties(const std::filesystem::path& path);

/// Checks all table files of a RocksDB folder. Errors: corrupt, io.
[[nodiscard]] store_status check_tables(const std::filesystem::path& folder);

} // namespace rota::persistence
