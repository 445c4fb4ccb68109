// Files and folders. All descriptors are close-on-exec.
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

/// The location of a file: a path, or a name in an open folder, which must stay open while the
/// location is in use.
struct location {
  location(std::string path) : name(std::move(path)) {}
  location(const char* path) : name(path) {}
  location(const descriptor& in, std::string name_there)
      : folder(in.get()), name(std::move(name_there)) {}

  int folder = AT_FDCWD;
  std::string name;
};

// -- open -----------------------------------------------------------------------------------------

/// On failure the result is not open and errno is set.
[[nodiscard]] descriptor open_file(const location& where, int flags, mode_t mode = 0644);
[[nodiscard]] descriptor open_folder(const location& where);
/// Opens regular files only, for folders that others can write to: does not follow links, and does
/// not block on a FIFO.
[[nodiscard]] descriptor open_regular(const location& where, int flags);

// -- inspect --------------------------------------------------------------------------------------

/// Whether the name exists, even as a dangling link.
[[nodiscard]] bool exists(const location& where);

struct file_status {
  bool is_regular = false;
  std::uint64_t size = 0;
  std::chrono::sys_time<std::chrono::microseconds> changed; ///< Last modification of its content.
};
/// Does not follow links.
[[nodiscard]] result<file_status> status_of(const location& where);
[[nodiscard]] result<std::uint64_t> size_of(const descriptor& file);

/// All names in the folder except "." and "..", in no particular order.
[[nodiscard]] result<std::vector<std::string>> names_in(const location& folder);

// -- read -----------------------------------------------------------------------------------------

/// Reads up to `bytes_max` bytes from `offset`; fewer only at the end of the file. Files without a
/// size, as in /proc, are read to their end.
[[nodiscard]] result<std::string> read_at(const descriptor& from, std::uint64_t offset,
                                          std::size_t bytes_max);
[[nodiscard]] result<std::string> read_file(const location& where,
                                            std::size_t bytes_max = SIZE_MAX);

// -- write ----------------------------------------------------------------------------------------

enum class file_durability : std::uint8_t {
  /// Readers see the old file or the new one. A power cut may leave neither.
  until_power_cut,
  /// Even a power cut leaves the old file or the new one; after the call returns, the new one.
  always,
  /// After the call returns, the file survives a power cut; an earlier one may leave a part of it.
  /// For files that can be recognised as incomplete: one disk flush instead of two.
  always_once_whole,
};
/// Replaces the file by renaming a second one, NAME.new. After an error the old file remains, or
/// none.
[[nodiscard]] result<void> write_file(const location& where, std::string_view bytes,
                                      file_durability how, mode_t mode = 0644);

/// Creates or overwrites the file and flushes its content, but not its name. Readers may see a part
/// of it.
[[nodiscard]] result<void> write_in_place(const location& where, std::string_view bytes);

/// Creates an empty file unless the name exists.
[[nodiscard]] result<void> make_empty(const location& where, mode_t mode = 0644);

/// Returns false if the name exists.
[[nodiscard]] result<bool> make_folder(const location& where, mode_t mode);

/// Removes a file, or a folder with its contents; leaves what cannot be removed.
void remove_tree(const location& where);

// -- flush ----------------------------------------------------------------------------------------

/// Makes creations, renames and removals in the folder survive a power cut.
[[nodiscard]] result<void> sync_folder(const location& where);

/// The same for the name of the open folder itself. A file in it must have been written with
/// `always_once_whole` since it was created.
[[nodiscard]] result<void> sync_parent(const descriptor& folder);

// -- lock -----------------------------------------------------------------------------------------

/// Locks the open file. The lock belongs to the open file description, not to a process: a child
/// that inherits the descriptor holds it without a gap, and it is released when the last holder
/// closes the descriptor or dies. Returns false if another holder has it (EAGAIN, EACCES) or the
/// file system does not support locks.
[[nodiscard]] bool try_lock(const descriptor& file);
/// Whether another holder has the lock. Takes no lock.
[[nodiscard]] bool is_locked_by_other(const descriptor& file);

} // namespace rota::system
