#include "tests/support/processes.hpp"

#include "system/process_identity.hpp"
#include "tests/support/files.hpp"

namespace rota::tests {
namespace {

/// Processes whose /proc/PID/`file` contains `text`.
std::vector<pid_t> processes_whose(const char* file, const std::string& text) {
  std::vector<pid_t> found;
  for (const pid_t process : system::process_numbers())
    if (read_whole("/proc/" + std::to_string(process) + "/" + file).find(text) != std::string::npos)
      found.push_back(process);
  return found;
}

} // namespace

std::vector<pid_t> processes_with(const std::string& word) {
  return processes_whose("cmdline", word);
}

std::vector<pid_t> processes_of(const std::string& attempt) {
  return processes_whose("environ", "ROTA_ATTEMPT=" + attempt + '\0');
}

} // namespace rota::tests
