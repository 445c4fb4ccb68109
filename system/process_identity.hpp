// Identifies processes reliably: the kernel reuses process numbers.
#pragma once
#include "system/descriptor.hpp"

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rota::system {

/// A process of the current boot.
struct process_identity {
  pid_t pid = 0;
  std::uint64_t start_ticks = 0; ///< Start time in clock ticks since boot.
  friend bool operator==(const process_identity&, const process_identity&) = default;
};

/// Identifies the current boot; empty if the kernel does not provide it.
[[nodiscard]] std::string boot_id();

/// The kernel's data about a process.
struct process_facts {
  process_identity self;
  pid_t parent_pid = 0;
  pid_t session = 0;
  bool is_dead = false; ///< It has ended and was not reaped yet.
};
/// Reads /proc/PID/stat; nothing if there is no such process.
[[nodiscard]] std::optional<process_facts> facts_of(pid_t pid);
/// Parses the text of such a file; nothing if it is malformed.
[[nodiscard]] std::optional<process_facts> facts_in(std::string_view stat);

/// The numbers of all visible processes.
[[nodiscard]] std::vector<pid_t> process_numbers();
/// The numbers in a list, as in cgroup.procs or /proc/PID/task/TID/children.
[[nodiscard]] std::vector<pid_t> process_numbers_in(std::string_view list);

/// A descriptor of this very process, even after its number is reused; readable once the process
/// has ended. Not open, with errno set, if there is no such process.
[[nodiscard]] descriptor open_process(pid_t pid);

/// Sends the signal to exactly this process. Returns false if the process has ended or permission
/// is missing.
bool send_signal(const descriptor& process, int number);
bool send_signal(const process_identity& to, int number);

/// Waits for the process to end, at most `timeout_ms`. Returns false if it still runs.
[[nodiscard]] bool wait_for_end(const descriptor& process, int timeout_ms);
[[nodiscard]] bool wait_for_end(const process_identity& of, int timeout_ms);

[[nodiscard]] std::int64_t now_ns();        ///< Since the Unix epoch.
[[nodiscard]] std::int64_t steady_now_ms(); ///< Monotonic.

} // namespace rota::system
