// The cheapest client that we know: many connections to one server on 127.0.0.1, in one thread.
#pragma once
#include "bench/common/measure.hpp"
#include "bench/common/stop_signal.hpp"
#include "system/descriptor.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace rota::bench {

/// Reports which of many sockets are readable or writable, and when a signal asks to stop.
class socket_watch {
public:
  using handler = std::function<void(std::size_t index)>;

  explicit socket_watch(const stop_signal& stop);

  /// Watches a socket for input from now on.
  void add(std::size_t index, int socket) const;
  /// Starts or stops watching whether the socket is writable.
  void watch_writable(std::size_t index, int socket, bool wanted) const;
  /// Returns false if nothing happened within `timeout`; throws stopped_by_signal.
  bool wait(std::chrono::nanoseconds timeout, const handler& writable,
            const handler& readable) const;

private:
  system::descriptor epoll_;
};

/// Many connections to one server on 127.0.0.1, in one thread. The client shares its cores with the
/// server under measurement, so it does as little as possible: lines in, lines out, nothing is
/// parsed.
class client_loop {
public:
  /// Receives a line without its end. The handler may send, but must not keep the text.
  using line_handler = std::function<void(std::size_t connection, std::string_view line)>;

  /// Opens all connections. Throws if the server does not accept one of them.
  client_loop(std::uint16_t port, std::size_t connections, const stop_signal& stop);

  [[nodiscard]] std::size_t size() const { return connections_.size(); }

  /// Sends whole lines. What the socket does not accept now is sent by later polls.
  void send(std::size_t connection, std::string_view text);

  /// Waits until something happens, for at most `timeout`, and passes on each whole line. Returns
  /// false if nothing happened in that time. Throws if the server closed a connection or a signal
  /// asked to stop.
  bool poll(std::chrono::nanoseconds timeout, const line_handler& on_line);

  /// Sends a request and waits for one line on that connection, which must be idle otherwise. The
  /// result is valid until the next call. Throws after `timeout`.
  std::string_view call(std::size_t connection, std::string_view text,
                        std::chrono::seconds timeout = std::chrono::seconds(600));

private:
  struct connection {
    system::descriptor socket;
    std::string in;
    std::size_t in_used = 0;    ///< Bytes of `in` that hold received text.
    std::size_t in_scanned = 0; ///< Bytes of it that are known to hold no line end.
    std::string out;
    std::size_t out_sent = 0;
  };

  void receive(std::size_t index, const line_handler& on_line);
  void flush(std::size_t index);

  std::vector<connection> connections_;
  socket_watch watch_;
  std::string answer_;
};

/// The result of a load on the bare group-commit server.
struct line_load_result {
  double requests_per_second = 0;
  sample_set latency_ms; ///< Latency of each request.
};

/// Sends lines of `bytes` on every connection for `time`, each after the answer to the one before.
[[nodiscard]] line_load_result run_line_load(client_loop& clients, std::size_t bytes,
                                             std::chrono::nanoseconds time);

} // namespace rota::bench
