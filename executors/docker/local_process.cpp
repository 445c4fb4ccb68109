#include "executors/docker/local_process.hpp"

#include "executors/docker/container_spec.hpp"
#include "system/files.hpp"
#include "system/process_identity.hpp"

#include <csignal>

namespace rota::executors::docker {
namespace {

std::string whole(const std::string& path) { return value_or(system::read_file(path), {}); }

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
  // Opened during the check, so that the number cannot become another process's.
  const auto held = system::open_process(process);
  const bool is_there = is_of_attempt(process, attempt);
  if (is_there)
    (void)system::send_signal(held, SIGKILL);
  return is_there;
}

bool has_conmon(const std::string& container_id) {
  for (const pid_t process : system::process_numbers()) {
    const std::string folder = "/proc/" + std::to_string(process);
    if (whole(folder + "/comm") == "conmon\n" &&
        whole(folder + "/cmdline").find(container_id) != std::string::npos)
      return true;
  }
  return false;
}

} // namespace rota::executors::docker
