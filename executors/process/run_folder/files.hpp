// Files and the lock of a run folder, by system calls: errors are the errno they left, 0 is none.
#pragma once
#include "system/descriptor.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rota::run_folder {

using executors::open_pipe;
using executors::pipe_ends;
using executors::read_part;
using executors::write_all;
using file = executors::descriptor;

/// "No such file or directory" and so on.
[[nodiscard]] std::string error_text(int error);

/// Whether it is the machine that lacks something just now, not the request that is wrong.
[[nodiscard]] bool is_passing(int error);

/// Closed when a program is executed; not open, with errno set, when it can't be opened.
[[nodiscard]] file open_folder(const std::string& path);
[[nodiscard]] file open_folder_at(const file& parent, const std::string& name);
[[nodiscard]] file open_at(const file& folder, const std::string& name, int flags);

[[nodiscard]] bool exists_at(const file& folder, const std::string& name);
[[nodiscard]] std::int64_t size_of(const file& open);

/// The whole file; nothing when there is none or it can't be read.
[[nodiscard]] std::optional<std::string> read_at(const file& folder, const std::string& name);

enum class lasting : std::uint8_t {
  until_power_cut, ///< Others see it whole or not at all.
  always,          ///< That, and it is on the disk, with its name.
};
/// Replaces the file by `bytes`. After an error the file isn't there.
[[nodiscard]] int write_at(const file& folder, const std::string& name, std::string_view bytes,
                           lasting how);

/// Makes the folder's own name last, as long as a file was made to last in it since.
[[nodiscard]] int sync_parent(const file& folder);

/// The lock of a run folder belongs to an open file, however many processes have it: it can be
/// handed on to a child without a gap, is free when the last of them is dead, and can be looked at
/// without being taken.
[[nodiscard]] file open_lock(const file& folder);
/// False when somebody else has it (or the file system knows no locks: errno tells).
[[nodiscard]] bool try_lock(const file& lock);
[[nodiscard]] bool is_locked_by_other(const file& lock);

} // namespace rota::run_folder
