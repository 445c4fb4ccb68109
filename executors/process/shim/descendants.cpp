#include "executors/process/shim/descendants.hpp"

#include "executors/process/run_folder/files.hpp"
#include "executors/process/run_folder/process_identity.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rota::shim {
namespace {

constexpr std::int64_t patience_ms = 10'000;
constexpr long between_rounds_ns = 20'000'000;

std::vector<pid_t> numbers_in(std::string_view text) {
  std::vector<pid_t> numbers;
  while (!text.empty()) {
    pid_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc{})
      numbers.push_back(number);
    const std::size_t read = static_cast<std::size_t>(end - text.data());
    text.remove_prefix(read < text.size() ? read + 1 : text.size());
  }
  return numbers;
}

/// For kernels whose /proc doesn't list children.
std::vector<pid_t> children_by_search() {
  std::vector<pid_t> children;
  DIR* processes = ::opendir("/proc");
  if (processes == nullptr)
    return children;
  while (const dirent* entry = ::readdir(processes)) {
    const auto facts = run_folder::facts_of(std::atoi(entry->d_name));
    if (facts && facts->parent_pid == ::getpid())
      children.push_back(facts->self.pid);
  }
  ::closedir(processes);
  return children;
}

std::vector<pid_t> children() {
  const std::string path = "/proc/self/task/" + std::to_string(::getpid()) + "/children";
  const run_folder::file list{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!list.is_open())
    return children_by_search();
  std::string text(65'536, '\0');
  const ssize_t count = ::read(list.get(), text.data(), text.size());
  text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return numbers_in(text);
}

/// Whether no child is left.
bool reap_dead() {
  while (true) {
    const pid_t pid = ::waitpid(-1, nullptr, WNOHANG);
    if (pid == 0)
      return false;
    if (pid < 0 && errno != EINTR)
      return true;
  }
}

} // namespace

void kill_descendants() {
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  const std::int64_t end_ms = run_folder::steady_now_ms() + patience_ms;
  while (!reap_dead() && run_folder::steady_now_ms() < end_ms) {
    // Only we take note of their ends, so that the numbers are theirs until then.
    for (const pid_t pid : children())
      ::kill(pid, SIGKILL);
    const timespec time{0, between_rounds_ns};
    ::sigtimedwait(&child, nullptr, &time);
  }
}

} // namespace rota::shim
