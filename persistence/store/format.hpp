#pragma once

#include "persistence/formats/format_version.hpp"
#include "persistence/store/store_error.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace rota::persistence {

// The file FORMAT in the store's folder is one line:
//
//   rota store format VERSION SUM
//
// VERSION is decimal. SUM is the CRC-32C of everything before the preceding space, in eight
// hexadecimal digits; it distinguishes a damaged file from one written by another version of Rota.

/// Returns the content of the file for `version`.
[[nodiscard]] std::string format_text(std::uint32_t version);

/// Returns whether the folder has a FORMAT file of our version; false if it has none. Errors:
/// unknown_version, corrupt, io.
[[nodiscard]] store_result<bool> has_format(const std::filesystem::path& folder);

/// Writes the file of our version atomically and durably.
[[nodiscard]] store_status write_format(const std::filesystem::path& folder);

} // namespace rota::persistence
