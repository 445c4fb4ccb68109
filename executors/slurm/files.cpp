#include "executors/slurm/files.hpp"

#include "system/descriptor.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

namespace rota::executors::slurm {
namespace {

descriptor open_file(const std::string& path, int flags) {
  return descriptor{::open(path.c_str(), flags | O_CLOEXEC, 0644)};
}

} // namespace

std::optional<file_piece> read_piece(const std::string& path, std::uint64_t offset,
                                     std::size_t bytes) {
  const descriptor file = open_file(path, O_RDONLY);
  struct stat facts {};
  if (!file.is_open() || ::fstat(file.get(), &facts) != 0)
    return std::nullopt;
  const auto size = static_cast<std::uint64_t>(facts.st_size);
  errno = 0;
  file_piece piece{read_part(file, offset, bytes), size};
  const auto wanted = std::min<std::uint64_t>(bytes, size - std::min(offset, size));
  if (piece.bytes.size() < wanted && errno != 0)
    return std::nullopt;
  return piece;
}

std::string read_tail(const std::string& path, std::size_t bytes) {
  const auto size = read_piece(path, 0, 0);
  if (!size)
    return {};
  const auto offset = size->file_size - std::min<std::uint64_t>(bytes, size->file_size);
  auto piece = read_piece(path, offset, bytes);
  return piece ? std::move(piece->bytes) : std::string();
}

bool write_synced(const std::string& path, std::string_view bytes) {
  const descriptor file = open_file(path, O_WRONLY | O_CREAT | O_TRUNC);
  return file.is_open() && write_all(file, bytes) == 0 && ::fsync(file.get()) == 0;
}

bool sync_folder(const std::string& path) {
  const descriptor folder = open_file(path, O_RDONLY | O_DIRECTORY);
  return folder.is_open() && ::fsync(folder.get()) == 0;
}

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

std::optional<std::vector<std::string>> names_in(const std::string& path) {
  std::error_code error;
  std::vector<std::string> names;
  for (std::filesystem::directory_iterator at{path, error}, end; !error && at != end;
       at.increment(error))
    names.push_back(at->path().filename());
  if (!error)
    return names;
  errno = error.value();
  return std::nullopt;
}

} // namespace rota::executors::slurm
