#include "persistence/store/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace rota::persistence {

store_error errno_error(int number, const char* what, const std::filesystem::path& path) {
  if (number == ENOSPC || number == EDQUOT) {
    return {store_errc::no_space, std::string(what) + " " + path.string() +
                                      ": the disk is full. Free some space and start again"};
  }
  return {store_errc::io, std::string(what) + " " + path.string() + ": " + std::strerror(number) +
                              ". Check the disk and the folder's permissions"};
}

file::file(int handle, std::filesystem::path path) : handle_(handle), path_(std::move(path)) {}

file::file(file&& other) noexcept
    : handle_(std::exchange(other.handle_, -1)), path_(std::move(other.path_)) {}

file& file::operator=(file&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(path_, other.path_);
  return *this;
}

file::~file() {
  if (handle_ >= 0) {
    ::close(handle_);
  }
}

store_result<file> file::open(const std::filesystem::path& path, bool writable) {
  const int handle = ::open(path.c_str(), (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC);
  if (handle < 0) {
    return errno_error(errno, "cannot open", path);
  }
  return file(handle, path);
}

store_error file::failed(const char* what) const { return errno_error(errno, what, path_); }

store_result<std::uint64_t> file::size() const {
  struct stat found {};
  if (::fstat(handle_, &found) != 0) {
    return failed("cannot stat");
  }
  return static_cast<std::uint64_t>(found.st_size);
}

store_result<std::string> file::read(std::uint64_t offset, std::size_t count) const {
  std::string bytes(count, '\0');
  std::size_t done = 0;
  while (done < count) {
    const auto got =
        ::pread(handle_, bytes.data() + done, count - done, static_cast<off_t>(offset + done));
    if (got < 0) {
      if (errno == EINTR) {
        continue;
      }
      return failed("cannot read");
    }
    if (got == 0) {
      break;
    }
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

store_status file::truncate(std::uint64_t size) const {
  if (::ftruncate(handle_, static_cast<off_t>(size)) != 0 || ::fsync(handle_) != 0) {
    return failed("cannot truncate");
  }
  return {};
}

store_result<std::optional<std::string>> read_file(const std::filesystem::path& path,
                                                   std::size_t bytes_max) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    return std::optional<std::string>();
  }
  auto opened = file::open(path, false);
  if (opened.has_error()) {
    return opened.error();
  }
  auto bytes = opened->read(0, bytes_max);
  if (bytes.has_error()) {
    return bytes.error();
  }
  return std::optional<std::string>(std::move(*bytes));
}

namespace {

store_status sync_folder(const std::filesystem::path& folder) {
  const int handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) {
    return errno_error(errno, "cannot open", folder);
  }
  const bool synced = ::fsync(handle) == 0;
  const int number = errno;
  ::close(handle);
  return synced ? store_status() : store_status(errno_error(number, "cannot sync", folder));
}

// Whole and synced, or errno.
bool write_and_sync(int handle, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto put = ::write(handle, bytes.data(), bytes.size());
    if (put < 0 && errno != EINTR) {
      return false;
    }
    bytes.remove_prefix(put < 0 ? 0 : static_cast<std::size_t>(put));
  }
  return ::fsync(handle) == 0;
}

} // namespace

store_status write_file_durably(const std::filesystem::path& path, std::string_view bytes) {
  auto beside = path;
  beside += ".new";
  const int handle = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (handle < 0) {
    return errno_error(errno, "cannot write", beside);
  }
  const bool written = write_and_sync(handle, bytes);
  const int number = errno;
  ::close(handle);
  if (!written) {
    return errno_error(number, "cannot write", beside);
  }
  if (std::rename(beside.c_str(), path.c_str()) != 0) {
    return errno_error(errno, "cannot rename to", path);
  }
  return sync_folder(path.parent_path());
}

} // namespace rota::persistence
