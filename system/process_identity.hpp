// Which process is meant: a number alone is given to another one day.
#pragma once
#include "system/descriptor.hpp"

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rota::system {

/// A process of this boot of the machine.
struct process_identity {
  pid_t pid = 0;
  std::uint64_t start_ticks = 0; ///< When it began, in clock ticks since boot.
  friend bool operator==(const process_identity&, const process_identity&) = default;
};

/// Tells one boot of the machine from another; empty when the kernel doesn't say.
[[nodiscard]] std::string boot_id();

/// What the kernel says about a process.
struct process_facts {
  process_identity self;
  pid_t parent_pid = 0;
  pid_t session = 0;
  bool is_dead = false; ///< Nobody has taken note of its end yet.
};
[[nodiscard]] std::optional<process_facts> facts_of(pid_t pid);
[[nodiscard]] std::optional<process_facts> facts_in(std::string_view stat);

/// Of all processes of the machine that we see.
[[nodiscard]] std::vector<pid_t> process_numbers();

/// A descriptor that means this very process from now on, whoever gets its number later; readable
/// once it has ended. Not open, with errno set, when there is no process of that number.
[[nodiscard]] descriptor open_process(pid_t pid);

/// Sends the signal to exactly this process; false when it is there no more or we may not.
bool send_signal(const descriptor& process, int number);
bool send_signal(const process_identity& to, int number);

/// Waits until it has ended, at most so long; false when it still runs.
[[nodiscard]] bool wait_for_end(const descriptor& process, int timeout_ms);
[[nodiscard]] bool wait_for_end(const process_identity& of, int timeout_ms);

[[nodiscard]] std::int64_t now_ns();        ///< Since the Unix epoch.
[[nodiscard]] std::int64_t steady_now_ms(); ///< Never goes back.

} // namespace rota::system
