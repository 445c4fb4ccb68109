// Small files on a file system that several machines share.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rota::executors::slurm {

/// `bytes` from `offset` on; nothing when the file can't be read. Opening it makes NFS look whether
/// it has changed.
struct file_piece {
  std::string bytes;
  std::uint64_t file_size = 0;
};
[[nodiscard]] std::optional<file_piece> read_piece(const std::string& path, std::uint64_t offset,
                                                   std::size_t bytes);

/// The last `bytes` of the file; empty when it can't be read.
[[nodiscard]] std::string read_tail(const std::string& path, std::size_t bytes);

/// Makes or replaces the file, synced; false with errno when it can't.
[[nodiscard]] bool write_synced(const std::string& path, std::string_view bytes);

/// Makes what has been made, renamed or removed in the folder last; false with errno.
[[nodiscard]] bool sync_folder(const std::string& path);

[[nodiscard]] bool exists(const std::string& path);

/// The names in a folder, unsorted; nothing with errno when it can't be read.
[[nodiscard]] std::optional<std::vector<std::string>> names_in(const std::string& path);

} // namespace rota::executors::slurm
