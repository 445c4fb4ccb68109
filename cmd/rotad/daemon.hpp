// The daemon: one server, and a runtime that is reopened after the storage fails.
#pragma once
#include "cmd/rotad/console/console_handler.hpp"
#include "cmd/rotad/http/http_server.hpp"
#include "cmd/rotad/options.hpp"
#include "cmd/rotad/server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

namespace rota::daemon {

/// Runs until SIGTERM or SIGINT. Prints `rotad: listening on HOST:PORT` once it serves requests.
/// Before that it prints `rotad: http on HOST:PORT` if it has an HTTP port and `rotad: console on
/// HOST:PORT` if it has a port for consoles.
class daemon {
public:
  explicit daemon(options o);
  ~daemon();
  /// Returns the process's exit status: 0, or 1 if it could not start (the reason is on stderr).
  int run();

private:
  std::optional<std::string> open_ports();
  void wait_for_worker();
  /// Runs `work` on the worker thread, after the work before it.
  void in_background(std::function<void()> work);
  void open_runtime(bool first);
  void opened(actors::engine_runtime::opened runtime, bool first);
  void report_ready();
  void failed(const persistence::store_error& error);
  void stop();
  void end_runtime();
  actors::runtime_callbacks callbacks(std::uint64_t epoch);

  options options_;
  boost::asio::io_context io_{1};
  boost::asio::signal_set signals_{io_};
  boost::asio::steady_timer retry_{io_};
  server server_;
  std::optional<http_server> http_;
  std::shared_ptr<console_handler> console_;
  std::shared_ptr<actors::engine_runtime> runtime_;
  std::uint64_t epoch_ = 0;
  std::chrono::milliseconds backoff_{0};
  /// Opens and ends runtimes; both may take long, and the io thread must not block.
  std::thread worker_;
  bool stopping_ = false;
  int status_ = 0;
};

} // namespace rota::daemon
