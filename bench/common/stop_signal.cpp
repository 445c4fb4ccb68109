#include "bench/common/stop_signal.hpp"

#include "bench/common/system_failure.hpp"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>

namespace rota::bench {

stop_signal::stop_signal() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  if (sigprocmask(SIG_BLOCK, &set, nullptr) != 0) {
    throw system_failure("sigprocmask");
  }
  descriptor_ = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (descriptor_ < 0) {
    throw system_failure("signalfd");
  }
}

stop_signal::~stop_signal() { close(descriptor_); }

void stop_signal::pause(std::chrono::milliseconds time) const {
  pollfd wait{descriptor_, POLLIN, 0};
  if (::poll(&wait, 1, static_cast<int>(time.count())) > 0) {
    throw stopped_by_signal();
  }
}

} // namespace rota::bench
