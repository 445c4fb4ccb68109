#pragma once

#include "persistence/store/store_error.hpp"
#include "system/files.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace rota::persistence {

// The plain files that Rota reads and writes beside RocksDB, with errors for the operator.

/// An open file and its path.
class file {
public:
  /// Opens the file for reading, or for reading and writing. Errors: io, no_space.
  [[nodiscard]] static store_result<file> open(const std::filesystem::path& path, bool writable);

  [[nodiscard]] store_result<std::uint64_t> size() const;
  /// Returns `count` bytes at `offset`, fewer only at the end of the file.
  [[nodiscard]] store_result<std::string> read(std::uint64_t offset, std::size_t count) const;
  /// Truncates the file to `size` and syncs it.
  [[nodiscard]] store_status truncate(std::uint64_t size) const;

private:
  file(system::descriptor handle, std::filesystem::path path)
      : handle_(std::move(handle)), path_(std::move(path)) {}

  system::descriptor handle_;
  std::filesystem::path path_;
};

/// Returns the system error `number` of `path` as an error for the operator.
[[nodiscard]] store_error errno_error(int number, const char* what,
                                      const std::filesystem::path& path);

/// Returns up to `bytes_max` bytes from the start of the file; nothing if the file does not exist.
[[nodiscard]] store_result<std::optional<std::string>> read_file(const std::filesystem::path& path,
                                                                 std::size_t bytes_max);

/// Replaces the file atomically through a temporary one, and syncs the file and its folder.
[[nodiscard]] store_status write_file_durably(const std::filesystem::path& path,
                                              std::string_view bytes);

} // namespace rota::persistence
