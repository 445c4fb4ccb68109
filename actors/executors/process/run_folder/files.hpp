// Files and the lock of a run folder, by system calls: errors are the errno they left, 0 is none.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace rota::run_folder {

/// Owns a file descriptor.
class file {
public:
  file() = default;
  explicit file(int descriptor) : descriptor_(descriptor) {}
  file(file&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  file& operator=(file&& other) noexcept {
    if (this != &other) {
      close();
      descriptor_ = std::exchange(other.descriptor_, -1);
    }
    return *this;
  }
  file(const file&) = delete;
  file& operator=(const file&) = delete;
  ~file() { close(); }

  [[nodiscard]] int get() const { return descriptor_; }
  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  void close();

private:
  int descriptor_ = -1;
};

/// "No such file or directory" and so on.
[[nodiscard]] std::string error_text(int error);

/// Whether it is the machine that lacks something just now, not the request that is wrong.
[[nodiscard]] bool is_passing(int error);

/// Closed when a program is executed; not open, with errno set, when it can't be opened.
[[nodiscard]] file open_folder(const std::string& path);
[[nodiscard]] file open_folder_at(const file& parent, const std::string& name);
[[nodiscard]] file open_at(const file& folder, const std::string& name, int flags);

[[nodiscard]] bool exists_at(const file& folder, const std::string& name);

/// The whole file; nothing when there is none or it can't be read.
[[nodiscard]] std::optional<std::string> read_at(const file& folder, const std::string& name);
/// At most `limit` bytes from `offset`.
[[nodiscard]] std::string read_part(const file& from, std::uint64_t offset, std::size_t limit);

[[nodiscard]] int write_all(const file& to, std::string_view bytes);

enum class lasting : std::uint8_t {
  until_power_cut, ///< Others see it whole or not at all.
  always,          ///< That, and it is on the disk, with its name.
};
/// Replaces the file by `bytes`. After an error the file isn't there.
[[nodiscard]] int write_at(const file& folder, const std::string& name, std::string_view bytes,
                           lasting how);

/// Makes the folder's own name last, as long as a file was made to last in it since.
[[nodiscard]] int sync_parent(const file& folder);

/// Pipe ends that are closed when a program is executed.
struct pipe_ends {
  file read;
  file write;
};
[[nodiscard]] int open_pipe(pipe_ends& ends);

/// The lock of a run folder belongs to an open file, however many processes have it: it can be
/// handed on to a child without a gap, is free when the last of them is dead, and can be looked at
/// without being taken.
[[nodiscard]] file open_lock(const file& folder);
/// False when somebody else has it (or the file system knows no locks: errno tells).
[[nodiscard]] bool try_lock(const file& lock);
[[nodiscard]] bool is_locked_by_other(const file& lock);

} // namespace rota::run_folder
