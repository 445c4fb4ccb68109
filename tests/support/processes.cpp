#include "tests/support/processes.hpp"

#include "tests/support/files.hpp"

#include <system_error>

namespace rota::tests {
namespace {

namespace fs = std::filesystem;

/// Those whose file of that name in /proc holds `text`.
std::vector<pid_t> processes_whose(const char* file, const std::string& text) {
  std::vector<pid_t> found;
  std::error_code error;
  for (fs::directory_iterator at{"/proc", error}, end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename();
    if (name.find_first_not_of("0123456789") == std::string::npos &&
        read_whole(at->path() / file).find(text) != std::string::npos)
      found.push_back(std::stoi(name));
  }
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
