#include "executors/docker/local_process.hpp"

#include "executors/docker/container_spec.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

namespace rota::executors::docker {
namespace {

/// /proc's files have no size: they are read to their end.
std::string whole(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

} // namespace

bool is_of_attempt(pid_t process, const std::string& attempt) {
  if (process <= 0)
    return false;
  const std::string mounts = whole("/proc/" + std::to_string(process) + "/mountinfo");
  return mounts.find("/" + attempt + "/io " + container_folder + " ") != std::string::npos;
}

bool kill_attempt(pid_t process, const std::string& attempt) {
  if (process <= 0)
    return false;
  // Held while it is looked at, so that the number can't become another process's.
  const auto held = static_cast<int>(::syscall(SYS_pidfd_open, process, 0));
  const bool is_there = is_of_attempt(process, attempt);
  if (held >= 0) {
    if (is_there)
      (void)::syscall(SYS_pidfd_send_signal, held, SIGKILL, nullptr, 0);
    ::close(held);
  }
  return is_there;
}

bool has_conmon(const std::string& container_id) {
  std::error_code error;
  for (std::filesystem::directory_iterator at{"/proc", error}, end; !error && at != end;
       at.increment(error)) {
    const std::string process = at->path().filename();
    if (!is_number(process) || whole("/proc/" + process + "/comm") != "conmon\n")
      continue;
    if (whole("/proc/" + process + "/cmdline").find(container_id) != std::string::npos)
      return true;
  }
  return false;
}

} // namespace rota::executors::docker
