#pragma once

#include "persistence/store/store_error.hpp"

#include <filesystem>

namespace rota::persistence {

// RocksDB 7.8 parses a table file's properties before it compares their sum, and where assertions
// are compiled in, as in Debian, one flipped bit there ends the process. Everything else in the
// file it checks before use. So that one block is checked here beforehand.
//
// A table file ends with: ... properties block, metaindex block, and a footer of 53 bytes {sum kind:
// u8, handle of the metaindex, handle of the index, padding, version: u32, magic: u64}. A handle is
// {offset: varint, size: varint}; behind each block stand {compression: u8, sum: u32}.

/// Whether the properties of the table file are sound. Also true if the file has no sound end to
/// find them by: an unfinished file that nobody needs, or one that RocksDB refuses with a reason.
/// Error: io.
[[nodiscard]] store_result<bool> sound_properties(const std::filesystem::path& path);

/// Checks all table files of a RocksDB folder. Errors: corrupt, io.
[[nodiscard]] store_status check_tables(const std::filesystem::path& folder);

} // namespace rota::persistence
