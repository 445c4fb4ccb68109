#pragma once

#include <cstdint>

namespace rota::bench {

/// What a process has used since its start, over all its threads that still live.
struct process_usage {
  double cpu_seconds = 0;               ///< From the scheduler's clock, in nanoseconds.
  std::uint64_t cpu_ticks = 0;          ///< utime + stime, in units of sysconf(_SC_CLK_TCK).
  std::uint64_t voluntary_switches = 0; ///< How often a thread of it went to sleep by itself.
};

/// Reads /proc. Throws when the process is gone.
[[nodiscard]] process_usage usage_of(int pid);
/// The memory of the process that is in RAM, in bytes.
[[nodiscard]] std::uint64_t resident_bytes(int pid);

} // namespace rota::bench
