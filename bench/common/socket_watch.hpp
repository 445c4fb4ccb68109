#pragma once

#include "bench/common/stop_signal.hpp"

#include <chrono>
#include <cstddef>
#include <functional>

namespace rota::bench {

/// Tells which of many sockets can be read or written, and when a signal asks to stop.
class socket_watch {
public:
  using handler = std::function<void(std::size_t index)>;

  explicit socket_watch(const stop_signal& stop);
  ~socket_watch();
  socket_watch(const socket_watch&) = delete;
  socket_watch& operator=(const socket_watch&) = delete;

  /// Watches a socket from now on, for what can be read.
  void add(std::size_t index, int socket) const;
  /// Whether to watch for room to write, too.
  void want_room(std::size_t index, int socket, bool wanted) const;
  /// False when nothing came in time; throws stopped_by_signal.
  bool wait(std::chrono::nanoseconds patience, const handler& writable,
            const handler& readable) const;

private:
  int epoll_;
};

} // namespace rota::bench
