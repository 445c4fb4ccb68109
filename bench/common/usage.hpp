// What processes, folders and the machine use.
#pragma once
#include "bench/common/stop_signal.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <vector>

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

/// The memory of some processes that is in RAM, in bytes; what they share counts once.
[[nodiscard]] std::uint64_t memory_of(const std::vector<int>& processes);
/// The bytes of disk that the files below a folder take up.
[[nodiscard]] std::uint64_t disk_of(const std::filesystem::path& folder);

/// Waits until the machine has next to nothing to do: what one system does behind its answers should
/// not be paid by the next. At most `patience`.
void await_quiet(const stop_signal& stop,
                 std::chrono::milliseconds patience = std::chrono::seconds(1));

} // namespace rota::bench
