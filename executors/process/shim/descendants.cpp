#include "executors/process/shim/descendants.hpp"

#include "system/files.hpp"
#include "system/process_identity.hpp"

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

/// For kernels whose /proc does not list children.
std::vector<pid_t> children_by_search() {
  std::vector<pid_t> children;
  for (const pid_t pid : system::process_numbers()) {
    const auto facts = system::facts_of(pid);
    if (facts && facts->parent_pid == ::getpid())
      children.push_back(pid);
  }
  return children;
}

std::vector<pid_t> children() {
  const std::string path = "/proc/self/task/" + std::to_string(::getpid()) + "/children";
  const auto list = system::read_file(path);
  return list ? numbers_in(*list) : children_by_search();
}

/// Reaps dead children. Returns whether none are left.
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
  const std::int64_t end_ms = system::steady_now_ms() + patience_ms;
  while (!reap_dead() && system::steady_now_ms() < end_ms) {
    // Only this process reaps them, so their numbers cannot be reused before.
    for (const pid_t pid : children())
      ::kill(pid, SIGKILL);
    const timespec time{0, between_rounds_ns};
    ::sigtimedwait(&child, nullptr, &time);
  }
}

} // namespace rota::shim
