#include "cmd/rota/stop_signals.hpp"

#include <fcntl.h>
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
  ::pthread_sigmask(SIG_BLOCK, &signals, &before_);
  descriptor_ = ::signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
}

stop_signals::~stop_signals() {
  ::close(descriptor_);
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

int stop_signals::take(int descriptor) {
  std::array<char, 8 * sizeof(signalfd_siginfo)> bytes{};
  const ssize_t count = ::read(descriptor, bytes.data(), bytes.size());
  if (count <= 0)
    return 0;
  const auto size = static_cast<std::size_t>(count);
  const bool records = size % sizeof(signalfd_siginfo) == 0;
  return static_cast<int>(records ? size / sizeof(signalfd_siginfo) : size);
}

} // namespace rota::client
