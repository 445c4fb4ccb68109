#include "cmd/rotad/daemon.hpp"
#include "cmd/rotad/log.hpp"

#include <sys/resource.h>

#include <csignal>
#include <exception>

/// Options of jemalloc, which reads them under this name: unused memory is returned to the system
/// within about a second, even when the process is idle.
extern "C" {
extern const char* const malloc_conf;
const char* const malloc_conf = "background_thread:true,dirty_decay_ms:1000";
}

namespace {

/// Each connection needs a descriptor: raises the limit to the system's maximum.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
    rota::daemon::log_line(spdlog::level::warn, "few_descriptors",
                           "cannot raise the limit on open files");
}

} // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  int exit_code = 0;
  auto options = rota::daemon::read_options(argc, argv, exit_code);
  if (!options)
    return exit_code;
  rota::daemon::set_up_log(options->log);
  raise_descriptor_limit();
  try {
    return rota::daemon::daemon{std::move(*options)}.run();
  } catch (const std::exception& e) {
    rota::daemon::log_line(spdlog::level::critical, "ended", e.what());
    return 1;
  }
}
