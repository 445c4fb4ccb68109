// Resource usage of processes, folders and the machine.
#pragma once
#include "bench/common/stop_signal.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace rota::bench {

/// Resources that a process has used since its start, summed over the threads that still exist.
struct process_usage {
  double cpu_seconds = 0;               ///< From the scheduler's clock, with nanosecond resolution.
  std::uint64_t cpu_ticks = 0;          ///< utime + stime, in units of sysconf(_SC_CLK_TCK).
  std::uint64_t voluntary_switches = 0; ///< How often one of its threads blocked.
};

/// Reads /proc. Throws if the process does not exist.
[[nodiscard]] process_usage usage_of(int pid);
/// Resident memory of the process, in bytes.
[[nodiscard]] std::uint64_t resident_bytes(int pid);

/// Resident memory of several processes, in bytes; shared pages count once.
[[nodiscard]] std::uint64_t memory_of(const std::vector<int>& processes);
/// Bytes of disk that the files below a folder occupy.
[[nodiscard]] std::uint64_t disk_of(const std::filesystem::path& folder);

/// Waits until the machine is almost idle, for at most `timeout`: the background work of one
/// system must not slow down the next.
void await_quiet(const stop_signal& stop,
                 std::chrono::milliseconds timeout = std::chrono::seconds(1));

} // namespace rota::bench
