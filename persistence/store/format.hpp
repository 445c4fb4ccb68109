#pragma once

#include "persistence/formats/format_version.hpp"
#include "persistence/store/store_error.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace rota::persistence {

// The file FORMAT in the store's folder, one line:
//
//   rota store format VERSION SUM
//
// VERSION is decimal, SUM the CRC-32C of all before its blank, as eight hexadecimal digits: so a
// damaged file is told from one that another version of Rota wrote.

/// The content of the file for `version`.
[[nodiscard]] std::string format_text(std::uint32_t version);

/// Whether the folder has a FORMAT file of our version. False: it has none. Errors:
/// unknown_version, corrupt, io.
[[nodiscard]] store_result<bool> has_format(const std::filesystem::path& folder);

/// Writes the file of our version so that it is there whole or not at all, and stays.
[[nodiscard]] store_status write_format(const std::filesystem::path& folder);

} // namespace rota::persistence
