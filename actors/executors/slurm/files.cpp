#include "actors/executors/slurm/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

namespace rota::executors::slurm {
namespace {

class open_file {
public:
  open_file(const std::string& path, int flags) : number_(::open(path.c_str(), flags, 0644)) {}
  open_file(const open_file&) = delete;
  open_file& operator=(const open_file&) = delete;
  ~open_file() {
    const int kept = errno;
    if (number_ >= 0)
      ::close(number_);
    errno = kept;
  }
  [[nodiscard]] int number() const { return number_; }

private:
  int number_;
};

std::uint64_t size_of(const open_file& file) {
  struct stat info {};
  return ::fstat(file.number(), &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file, bytes.data(), bytes.size());
    if (count < 0 && errno != EINTR)
      return false;
    bytes.remove_prefix(count > 0 ? static_cast<std::size_t>(count) : 0);
  }
  return true;
}

} // namespace

std::optional<file_piece> read_piece(const std::string& path, std::uint64_t offset,
                                     std::size_t bytes) {
  const open_file file{path, O_RDONLY | O_CLOEXEC};
  if (file.number() < 0)
    return std::nullopt;
  file_piece piece;
  piece.file_size = size_of(file);
  const std::uint64_t left = piece.file_size - std::min(offset, piece.file_size);
  piece.bytes.resize(std::min<std::uint64_t>(bytes, left));
  std::size_t done = 0;
  while (done < piece.bytes.size()) {
    const ssize_t count = ::pread(file.number(), piece.bytes.data() + done,
                                  piece.bytes.size() - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return std::nullopt;
    if (count == 0)
      break;
    done += static_cast<std::size_t>(count);
  }
  piece.bytes.resize(done);
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
  const open_file file{path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC};
  return file.number() >= 0 && write_all(file.number(), bytes) && ::fsync(file.number()) == 0;
}

bool sync_folder(const std::string& path) {
  const open_file folder{path, O_RDONLY | O_DIRECTORY | O_CLOEXEC};
  return folder.number() >= 0 && ::fsync(folder.number()) == 0;
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
