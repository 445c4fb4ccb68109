#include "bench/common/usage.hpp"

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace rota::bench {

namespace {

/// The number after `name:` in a file in the format of /proc/PID/status; 0 if it is not there.
std::uint64_t status_number(const std::filesystem::path& file, const std::string& name) {
  std::ifstream in(file);
  std::string line;
  while (std::getline(in, line)) {
    if (line.compare(0, name.size(), name) == 0 && line.size() > name.size() &&
        line[name.size()] == ':')
      return std::stoull(line.substr(name.size() + 1));
  }
  return 0;
}

std::uint64_t ticks_of(const std::filesystem::path& process) {
  std::ifstream in(process / "stat");
  std::string text;
  std::getline(in, text);
  // The second field is the program's name in parentheses and may contain anything.
  const auto bracket = text.rfind(')');
  if (bracket == std::string::npos)
    throw std::runtime_error("no process at " + process.string());
  std::istringstream fields(text.substr(bracket + 2));
  std::string skipped;
  for (int field = 3; field < 14; ++field)
    fields >> skipped;
  std::uint64_t user = 0;
  std::uint64_t system = 0;
  fields >> user >> system;
  return user + system;
}

constexpr auto window = std::chrono::milliseconds(50);
constexpr double quiet_share = 0.1;

/// Ticks of all processors since boot.
struct machine_ticks {
  std::uint64_t all = 0;
  std::uint64_t idle = 0;
};

machine_ticks read_ticks() {
  std::ifstream file("/proc/stat");
  std::string name;
  file >> name;
  machine_ticks ticks;
  // user nice system idle iowait irq softirq steal
  for (int column = 0; column < 8; ++column) {
    std::uint64_t value = 0;
    file >> value;
    ticks.all += value;
    ticks.idle += column == 3 ? value : 0;
  }
  return ticks;
}

} // namespace

process_usage usage_of(int pid) {
  const auto process = std::filesystem::path("/proc") / std::to_string(pid);
  process_usage usage;
  usage.cpu_ticks = ticks_of(process);
  for (const auto& thread : std::filesystem::directory_iterator(process / "task")) {
    std::ifstream in(thread.path() / "schedstat");
    std::uint64_t nanoseconds = 0;
    in >> nanoseconds;
    usage.cpu_seconds += static_cast<double>(nanoseconds) * 1e-9;
    usage.voluntary_switches += status_number(thread.path() / "status", "voluntary_ctxt_switches");
  }
  return usage;
}

std::uint64_t resident_bytes(int pid) {
  const auto file = std::filesystem::path("/proc") / std::to_string(pid) / "status";
  return status_number(file, "VmRSS") * 1024;
}

std::uint64_t memory_of(const std::vector<int>& processes) {
  std::uint64_t bytes = 0;
  for (const int pid : processes) {
    // Pss divides a shared page among its users, so that the sum counts it once. A process that has
    // ended counts as 0.
    const auto file = std::filesystem::path("/proc") / std::to_string(pid) / "smaps_rollup";
    bytes += status_number(file, "Pss") * 1024;
  }
  return bytes;
}

std::uint64_t disk_of(const std::filesystem::path& folder) {
  constexpr std::uint64_t block = 512;
  std::uint64_t bytes = 0;
  std::error_code gone; // A server may remove a file meanwhile.
  std::filesystem::recursive_directory_iterator entries(folder, gone);
  for (; entries != std::filesystem::recursive_directory_iterator(); entries.increment(gone)) {
    struct stat about {};
    if (stat(entries->path().c_str(), &about) == 0 && S_ISREG(about.st_mode))
      bytes += static_cast<std::uint64_t>(about.st_blocks) * block;
  }
  return bytes;
}

void await_quiet(const stop_signal& stop, std::chrono::milliseconds timeout) {
  auto before = read_ticks();
  for (auto left = timeout; left.count() > 0; left -= window) {
    stop.pause(window);
    const auto now = read_ticks();
    const auto all = static_cast<double>(now.all - before.all);
    const auto idle = static_cast<double>(now.idle - before.idle);
    if (idle >= (1 - quiet_share) * all)
      return;
    before = now;
  }
}

} // namespace rota::bench
