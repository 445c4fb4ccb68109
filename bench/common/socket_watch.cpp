#include "bench/common/socket_watch.hpp"

#include "bench/common/system_failure.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <ctime>

namespace rota::bench {

namespace {

constexpr std::uint64_t signal_mark = ~std::uint64_t{0};

void control(int epoll, int operation, int descriptor, std::uint32_t events, std::uint64_t mark) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = mark;
  if (epoll_ctl(epoll, operation, descriptor, &event) != 0) {
    throw system_failure("epoll_ctl");
  }
}

} // namespace

socket_watch::socket_watch(const stop_signal& stop) : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_ < 0) {
    throw system_failure("epoll_create1");
  }
  control(epoll_, EPOLL_CTL_ADD, stop.descriptor(), EPOLLIN, signal_mark);
}

socket_watch::~socket_watch() { close(epoll_); }

void socket_watch::add(std::size_t index, int socket) const {
  control(epoll_, EPOLL_CTL_ADD, socket, EPOLLIN, index);
}

void socket_watch::want_room(std::size_t index, int socket, bool wanted) const {
  control(epoll_, EPOLL_CTL_MOD, socket, wanted ? EPOLLIN | EPOLLOUT : EPOLLIN, index);
}

bool socket_watch::wait(std::chrono::nanoseconds patience, const handler& writable,
                        const handler& readable) const {
  const auto nanoseconds = std::max<std::int64_t>(patience.count(), 0);
  const timespec wait{nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000};
  std::array<epoll_event, 256> events;
  const int count =
      epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &wait, nullptr);
  if (count < 0 && errno != EINTR) {
    throw system_failure("epoll_pwait2");
  }
  for (int position = 0; position < count; ++position) {
    const auto& event = events[static_cast<std::size_t>(position)];
    if (event.data.u64 == signal_mark) {
      throw stopped_by_signal();
    }
    if ((event.events & EPOLLOUT) != 0) {
      writable(event.data.u64);
    }
    if ((event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) {
      readable(event.data.u64);
    }
  }
  return count != 0;
}

} // namespace rota::bench
