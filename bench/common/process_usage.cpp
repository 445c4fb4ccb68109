#include "bench/common/process_usage.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace rota::bench {

namespace {

/// The number behind `name:` in a file of the form of /proc/PID/status; 0 when it isn't there.
std::uint64_t status_number(const std::filesystem::path& file, const std::string& name) {
  std::ifstream in(file);
  std::string line;
  while (std::getline(in, line)) {
    if (line.compare(0, name.size(), name) == 0 && line.size() > name.size() &&
        line[name.size()] == ':') {
      return std::stoull(line.substr(name.size() + 1));
    }
  }
  return 0;
}

std::uint64_t ticks_of(const std::filesystem::path& process) {
  std::ifstream in(process / "stat");
  std::string text;
  std::getline(in, text);
  // The second field is the program's name in brackets and may hold anything.
  const auto bracket = text.rfind(')');
  if (bracket == std::string::npos) {
    throw std::runtime_error("no process at " + process.string());
  }
  std::istringstream fields(text.substr(bracket + 2));
  std::string skipped;
  for (int field = 3; field < 14; ++field) {
    fields >> skipped;
  }
  std::uint64_t user = 0;
  std::uint64_t system = 0;
  fields >> user >> system;
  return user + system;
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

} // namespace rota::bench
