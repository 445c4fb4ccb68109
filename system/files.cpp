#include "system/files.hpp"

#include <dirent.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>

namespace rota::system {
namespace {

/// The error of the last system call.
call_error failed(const char* act, const std::string& name) {
  const int number = errno;
  return {std::string("cannot ") + act + ' ' + name, number};
}

int sync(const descriptor& what) {
  while (::fsync(what.get()) != 0)
    if (errno != EINTR)
      return errno;
  return 0;
}

/// ext4 and xfs have one journal for content and names: making a file durable makes all earlier
/// names durable. Another fsync would cost another disk flush. (ext2 has the same magic number and
/// no journal; it loses more than names.)
bool keeps_names_with_files(const descriptor& folder) {
  struct statfs system {};
  return ::fstatfs(folder.get(), &system) == 0 &&
         (system.f_type == EXT4_SUPER_MAGIC || system.f_type == XFS_SUPER_MAGIC);
}

int sync_names(const descriptor& folder) {
  return keeps_names_with_files(folder) ? 0 : sync(folder);
}

location beside(const location& where, std::string name) {
  location other = where;
  other.name = std::move(name);
  return other;
}

descriptor open_folder_of(const location& where) {
  const auto slash = where.name.rfind('/');
  if (slash == std::string::npos)
    return open_folder(beside(where, "."));
  return open_folder(beside(where, where.name.substr(0, slash + 1)));
}

struct close_folder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

struct flock whole_file() {
  struct flock range {};
  range.l_type = F_WRLCK;
  range.l_whence = SEEK_SET;
  return range;
}

/// Others may create folders in folders; deeper ones are left.
constexpr int depth_max = 256;

void remove_tree(const location& where, int depth) {
  if (::unlinkat(where.folder, where.name.c_str(), 0) == 0 || depth > depth_max)
    return;
  {
    const descriptor folder = open_file(where, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    if (!folder.is_open())
      return;
    for (std::string& name : value_or(names_in({folder, "."}), {}))
      remove_tree({folder, std::move(name)}, depth + 1);
  }
  ::unlinkat(where.folder, where.name.c_str(), AT_REMOVEDIR);
}

} // namespace

descriptor open_file(const location& where, int flags, mode_t mode) {
  return descriptor{::openat(where.folder, where.name.c_str(), flags | O_CLOEXEC, mode)};
}

descriptor open_folder(const location& where) { return open_file(where, O_RDONLY | O_DIRECTORY); }

descriptor open_regular(const location& where, int flags) {
  descriptor file = open_file(where, flags | O_NOFOLLOW | O_NONBLOCK);
  struct stat status {};
  if (file.is_open() && (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode))) {
    file.close();
    errno = EINVAL;
  }
  return file;
}

bool exists(const location& where) { return status_of(where).has_value(); }

result<file_status> status_of(const location& where) {
  struct stat status {};
  if (::fstatat(where.folder, where.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
    return failed("stat", where.name);
  const auto changed = std::chrono::seconds{status.st_mtim.tv_sec} +
                       std::chrono::floor<std::chrono::microseconds>(
                           std::chrono::nanoseconds{status.st_mtim.tv_nsec});
  return file_status{S_ISREG(status.st_mode), static_cast<std::uint64_t>(status.st_size),
                     std::chrono::sys_time<std::chrono::microseconds>{changed}};
}

result<std::uint64_t> size_of(const descriptor& file) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0)
    return failed("stat", "a file");
  return static_cast<std::uint64_t>(status.st_size);
}

result<std::vector<std::string>> names_in(const location& folder) {
  const int number =
      ::openat(folder.folder, folder.name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, close_folder> entries{number < 0 ? nullptr : ::fdopendir(number)};
  if (!entries)
    return failed("list", folder.name);
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(entries.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..")
      names.emplace_back(name);
    errno = 0;
  }
  if (errno != 0)
    return failed("list", folder.name);
  return names;
}

result<std::string> read_at(const descriptor& from, std::uint64_t offset, std::size_t bytes_max) {
  constexpr std::uint64_t first_bytes = 4096;
  const auto size = size_of(from);
  if (!size)
    return size.error();
  // One byte more detects the end of the file.
  const std::uint64_t expected = *size > offset ? *size - offset + 1 : 0;
  std::string bytes;
  std::size_t filled = 0;
  while (filled < bytes_max) {
    if (filled == bytes.size())
      bytes.resize(std::min<std::uint64_t>(
          bytes_max,
          filled + std::max<std::uint64_t>(first_bytes, filled == 0 ? expected : filled)));
    const ssize_t count = ::pread(from.get(), bytes.data() + filled, bytes.size() - filled,
                                  static_cast<off_t>(offset + filled));
    if (count > 0)
      filled += static_cast<std::size_t>(count);
    else if (count == 0)
      break;
    else if (errno != EINTR)
      return failed("read", "a file");
  }
  bytes.resize(filled);
  return bytes;
}

result<std::string> read_file(const location& where, std::size_t bytes_max) {
  const descriptor from = open_file(where, O_RDONLY);
  if (!from.is_open())
    return failed("open", where.name);
  auto bytes = read_at(from, 0, bytes_max);
  if (!bytes)
    return call_error{"cannot read " + where.name, bytes.error().number};
  return bytes;
}

result<void> write_file(const location& where, std::string_view bytes, file_durability how,
                        mode_t mode) {
  const location draft = beside(where, where.name + ".new");
  const descriptor to = open_file(draft, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode);
  if (!to.is_open())
    return failed("write", draft.name);
  int error = write_all(to, bytes);
  if (error == 0 && how == file_durability::always)
    error = sync(to);
  if (error == 0 &&
      ::renameat(where.folder, draft.name.c_str(), where.folder, where.name.c_str()) != 0)
    error = errno;
  if (error != 0) {
    ::unlinkat(where.folder, draft.name.c_str(), 0);
    return call_error{"cannot write " + where.name, error};
  }
  if (how == file_durability::until_power_cut)
    return {};
  // One commit of the file system's journal after the rename covers both content and name.
  const descriptor folder = open_folder_of(where);
  if (!folder.is_open())
    error = errno;
  else if (how == file_durability::always)
    error = sync(folder);
  else if ((error = sync(to)) == 0)
    error = sync_names(folder);
  if (error == 0)
    return {};
  if (how == file_durability::always_once_whole)
    ::unlinkat(where.folder, where.name.c_str(), 0);
  return call_error{"cannot write " + where.name, error};
}

result<void> write_in_place(const location& where, std::string_view bytes) {
  const descriptor to = open_file(where, O_WRONLY | O_CREAT | O_TRUNC);
  int error = to.is_open() ? write_all(to, bytes) : errno;
  if (error == 0)
    error = sync(to);
  if (error != 0)
    return call_error{"cannot write " + where.name, error};
  return {};
}

result<void> make_empty(const location& where, mode_t mode) {
  if (!open_file(where, O_WRONLY | O_CREAT | O_EXCL, mode).is_open() && errno != EEXIST)
    return failed("create", where.name);
  return {};
}

result<bool> make_folder(const location& where, mode_t mode) {
  const bool is_new = ::mkdirat(where.folder, where.name.c_str(), mode) == 0;
  if (!is_new && errno != EEXIST)
    return failed("create", where.name);
  return is_new;
}

void remove_tree(const location& where) { remove_tree(where, 0); }

result<void> sync_folder(const location& where) {
  const descriptor folder = open_folder(where);
  if (const int error = folder.is_open() ? sync(folder) : errno)
    return call_error{"cannot sync " + where.name, error};
  return {};
}

result<void> sync_parent(const descriptor& folder) {
  const descriptor parent = open_folder({folder, ".."});
  if (const int error = parent.is_open() ? sync_names(parent) : errno)
    return call_error{"cannot sync the parent of a folder", error};
  return {};
}

bool try_lock(const descriptor& file) {
  struct flock range = whole_file();
  return ::fcntl(file.get(), F_OFD_SETLK, &range) == 0;
}

bool is_locked_by_other(const descriptor& file) {
  struct flock range = whole_file();
  return ::fcntl(file.get(), F_OFD_GETLK, &range) == 0 && range.l_type != F_UNLCK;
}

} // namespace rota::system
