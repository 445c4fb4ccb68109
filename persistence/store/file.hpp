#pragma once

#include "persistence/store/store_error.hpp"
#include "system/files.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace rota::persistence {

// The few plain files that we read and write beside RocksDB, with errors for the operator.

/// An open file, which knows its path.
class file {
public:
  /// Opens for reading, or for reading and writing. Error: io, no_space.
  [[nodiscard]] static store_result<file> open(const std::filesystem::path& path, bool writable);

  [[nodiscard]] store_result<std::uint64_t> size() const;
  /// The bytes at `offset`, fewer than `count` only at the end of the file.
  [[nodiscard]] store_result<std::string> read(std::uint64_t offset, std::size_t count) const;
  /// Cuts the file to `size` and syncs it.
  [[nodiscard]] store_status truncate(std::uint64_t size) const;

private:
  file(system::descriptor handle, std::filesystem::path path)
      : handle_(std::move(handle)), path_(std::move(path)) {}

  system::descriptor handle_;
  std::filesystem::path path_;
};

/// What `errno` says about `path`, as an error for the operator.
[[nodiscard]] store_error errno_error(int number, const char* what,
                                      const std::filesystem::path& path);

/// The first `bytes_max` bytes of the file, nothing if there is no such file.
[[nodiscard]] store_result<std::optional<std::string>> read_file(const std::filesystem::path& path,
                                                                 std::size_t bytes_max);

/// Replaces the file by way of a second one beside it, synced, with its folder.
[[nodiscard]] store_status write_file_durably(const std::filesystem::path& path,
                                              std::string_view bytes);

} // namespace rota::persistence
