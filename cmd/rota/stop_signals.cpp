#include "cmd/rota/stop_signals.hpp"

#include <poll.h>
#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <csignal>

namespace rota::client {

namespace {

sigset_t stopping_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

} // namespace

stop_signals::stop_signals() {
  const sigset_t signals = stopping_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, &previous_mask_);
  descriptor_ = system::descriptor{::signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC)};
}

stop_signals::~stop_signals() {
  descriptor_.close();
  ::pthread_sigmask(SIG_SETMASK, &previous_mask_, nullptr);
}

bool stop_signals::arrives_within(std::chrono::milliseconds timeout) const {
  pollfd entry{descriptor(), POLLIN, 0};
  return ::poll(&entry, 1, static_cast<int>(timeout.count())) > 0;
}

int stop_signals::read_count(int descriptor) {
  std::array<char, 8 * sizeof(signalfd_siginfo)> bytes{};
  const ssize_t count = ::read(descriptor, bytes.data(), bytes.size());
  if (count <= 0)
    return 0;
  const auto size = static_cast<std::size_t>(count);
  const bool records = size % sizeof(signalfd_siginfo) == 0;
  return static_cast<int>(records ? size / sizeof(signalfd_siginfo) : size);
}

} // namespace rota::client
