#include "executors/process/run_folder/files.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace rota::run_folder {
namespace {

struct flock whole_file() {
  struct flock range {};
  range.l_type = F_WRLCK;
  range.l_whence = SEEK_SET;
  return range;
}

int sync(const file& what) {
  while (::fsync(what.get()) != 0)
    if (errno != EINTR)
      return errno;
  return 0;
}

/// ext4 and xfs have one journal for bytes and names: what makes a file last makes every name last
/// that was given before. Another fsync would cost another flush of the disk. (ext2 calls itself the
/// same, and has no journal; it loses more than names.)
bool keeps_names_with_files(const file& folder) {
  struct statfs system {};
  return ::fstatfs(folder.get(), &system) == 0 &&
         (system.f_type == EXT4_SUPER_MAGIC || system.f_type == XFS_SUPER_MAGIC);
}

int sync_names(const file& folder) { return keeps_names_with_files(folder) ? 0 : sync(folder); }

} // namespace

std::string error_text(int error) {
  return ::strerrordesc_np(error) ? ::strerrordesc_np(error) : "error " + std::to_string(error);
}

bool is_passing(int error) {
  switch (error) {
  case EAGAIN:
  case ENOMEM:
  case EMFILE:
  case ENFILE:
  case ENOSPC:
  case EDQUOT:
  case EIO:
  case EINTR:
  case ETXTBSY:
  case EROFS:
  case ESTALE: return true;
  default: return false;
  }
}

file open_folder(const std::string& path) {
  return file{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
}

file open_folder_at(const file& parent, const std::string& name) {
  return file{::openat(parent.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
}

file open_at(const file& folder, const std::string& name, int flags) {
  return file{::openat(folder.get(), name.c_str(), flags | O_CLOEXEC, 0600)};
}

bool exists_at(const file& folder, const std::string& name) {
  struct stat status {};
  return ::fstatat(folder.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

std::int64_t size_of(const file& open) {
  struct stat status {};
  return ::fstat(open.get(), &status) == 0 ? status.st_size : 0;
}

std::optional<std::string> read_at(const file& folder, const std::string& name) {
  const file from = open_at(folder, name, O_RDONLY);
  if (!from.is_open())
    return std::nullopt;
  std::string text;
  std::array<char, 16'384> bytes; // NOLINT(cppcoreguidelines-pro-type-member-init)
  while (true) {
    const ssize_t count = ::read(from.get(), bytes.data(), bytes.size());
    if (count > 0)
      text.append(bytes.data(), static_cast<std::size_t>(count));
    else if (count == 0)
      return text;
    else if (errno != EINTR)
      return std::nullopt;
  }
}

int write_at(const file& folder, const std::string& name, std::string_view bytes, lasting how) {
  const std::string draft = name + ".new";
  const file to = open_at(folder, draft, O_WRONLY | O_CREAT | O_TRUNC);
  if (!to.is_open())
    return errno;
  int error = write_all(to, bytes);
  if (error == 0 && ::renameat(folder.get(), draft.c_str(), folder.get(), name.c_str()) != 0)
    error = errno;
  // The rename comes first: a half-written file is known by its missing end, so one commit of the
  // file system's journal does for the bytes and the name.
  if (error == 0 && how == lasting::always) {
    error = sync(to);
    if (error == 0)
      error = sync_names(folder);
  }
  if (error != 0) {
    ::unlinkat(folder.get(), draft.c_str(), 0);
    ::unlinkat(folder.get(), name.c_str(), 0);
  }
  return error;
}

int sync_parent(const file& folder) {
  const file parent = open_folder_at(folder, "..");
  return parent.is_open() ? sync_names(parent) : errno;
}

file open_lock(const file& folder) { return open_at(folder, "lock", O_RDWR | O_CREAT); }

bool try_lock(const file& lock) {
  struct flock range = whole_file();
  return ::fcntl(lock.get(), F_OFD_SETLK, &range) == 0;
}

bool is_locked_by_other(const file& lock) {
  struct flock range = whole_file();
  return ::fcntl(lock.get(), F_OFD_GETLK, &range) == 0 && range.l_type != F_UNLCK;
}

} // namespace rota::run_folder
