#include "cmd/rotad/daemon.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <csignal>
#include <exception>

namespace {

/// A connection is a descriptor: take as many as the system lets us have.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
    spdlog::warn("can't raise the limit of open files");
}

} // namespace

int main(int argc, char** argv) {
  spdlog::set_default_logger(spdlog::stderr_color_mt("rotad"));
  std::signal(SIGPIPE, SIG_IGN);
  int exit_code = 0;
  auto options = rota::daemon::read_options(argc, argv, exit_code);
  if (!options)
    return exit_code;
  raise_descriptor_limit();
  try {
    return rota::daemon::daemon{std::move(*options)}.run();
  } catch (const std::exception& e) {
    spdlog::critical("{}", e.what());
    return 1;
  }
}
