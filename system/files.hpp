// Files and folders. All descriptors are closed when a program is executed.
#pragma once
#include "system/call_error.hpp"
#include "system/descriptor.hpp"

#include <fcntl.h>
#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rota::system {

/// Where a file is: a path, or a name in an open folder, which must stay open as long.
struct place {
  place(std::string path) : name(std::move(path)) {}
  place(const char* path) : name(path) {}
  place(const descriptor& in, std::string name_there)
      : folder(in.get()), name(std::move(name_there)) {}

  int folder = AT_FDCWD;
  std::string name;
};

// --- Open

/// Not open, with errno set, when that fails.
[[nodiscard]] descriptor open_file(const place& where, int flags, mode_t mode = 0644);
[[nodiscard]] descriptor open_folder(const place& where);
/// Opens a regular file and nothing else, for folders that strangers write to: it follows no link
/// and doesn't wait for the other end of a pipe.
[[nodiscard]] descriptor open_regular(const place& where, int flags);

// --- Look

/// Whether something has that name, be it a link that leads nowhere.
[[nodiscard]] bool exists(const place& where);

struct file_status {
  bool is_regular = false;
  std::uint64_t size = 0;
  std::chrono::sys_time<std::chrono::microseconds> changed; ///< When its bytes changed last.
};
/// Doesn't follow a link.
[[nodiscard]] result<file_status> status_of(const place& where);
[[nodiscard]] result<std::uint64_t> size_of(const descriptor& file);

/// All names in the folder but "." and "..", in no order.
[[nodiscard]] result<std::vector<std::string>> names_in(const place& folder);

// --- Read

/// At most `bytes_max` bytes from `offset` on, fewer only at the end of the file. Files without a
/// size, as in /proc, are read to their end.
[[nodiscard]] result<std::string> read_at(const descriptor& from, std::uint64_t offset,
                                          std::size_t bytes_max);
[[nodiscard]] result<std::string> read_file(const place& where, std::size_t bytes_max = SIZE_MAX);

// --- Write

enum class lasting : std::uint8_t {
  /// Others see the old file or the new one; a power cut may leave neither.
  until_power_cut,
  /// Also a power cut leaves the old file or the new one; once written, it is the new one.
  always,
  /// Once written, it survives a power cut; one that comes earlier may leave a part of it. For files
  /// that show themselves whether they are whole: it costs one flush of the disk instead of two.
  always_once_whole,
};
/// Replaces the file by way of a second one, NAME.new. After an error it is the old one, or gone.
[[nodiscard]] result<void> write_file(const place& where, std::string_view bytes, lasting how,
                                      mode_t mode = 0644);

/// Makes or overwrites the file and flushes it, but not its name: others may see a part of it.
[[nodiscard]] result<void> write_in_place(const place& where, std::string_view bytes);

/// Makes an empty file unless something has that name.
[[nodiscard]] result<void> make_empty(const place& where, mode_t mode = 0644);

/// False: something has that name.
[[nodiscard]] result<bool> make_folder(const place& where, mode_t mode);

/// Removes the file, or the folder with all that is in it; what can't be removed stays.
void remove_tree(const place& where);

// --- Flush

/// Makes what was made, renamed or removed in the folder survive a power cut.
[[nodiscard]] result<void> sync_folder(const place& where);

/// The same for the open folder's own name, as long as a file in it was written with
/// `always_once_whole` since.
[[nodiscard]] result<void> sync_parent(const descriptor& folder);

// --- Lock

/// Locks the open file, not for a process but for all that share the descriptor: it can be handed on
/// to a child without a gap, and is free when the last of them has closed it or died. False when
/// somebody else has it (EAGAIN, EACCES) or the file system knows no locks.
[[nodiscard]] bool try_lock(const descriptor& file);
[[nodiscard]] bool is_locked_by_other(const descriptor& file);

} // namespace rota::system
