// Starts, reads and restarts rota-console-port, the process that owns the port for consoles.
#pragma once
#include "cmd/console_port/link/port_messages.hpp"
#include "cmd/rotad/options.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace rota::daemon {

/// Lives on the io thread. Hostile input on the port can end only that process. Its consoles then
/// lose their connections and can reconnect to the same port.
class console_child {
public:
  /// Request numbers are unique, even across restarts of the process.
  using serve_request = std::function<void(const console::port_message&)>;
  console_child(boost::asio::io_context& io, console_options where, std::filesystem::path program,
                std::size_t params_bytes_max, serve_request serve);
  ~console_child();

  /// Starts the process and waits until it listens. Returns an error text, or nothing.
  std::optional<std::string> start();
  /// The address with the actual port, such as "127.0.0.1:7071".
  const std::string& address() const { return address_; }
  /// Sends an answer. Answers to requests of an earlier process are dropped.
  void answer(console::port_message what);
  void close();

private:
  struct process;
  using process_ptr = std::shared_ptr<process>;

  std::optional<std::string> spawn();
  std::optional<std::string> wait_until_listening();
  void read_next();
  bool handle(console::port_message& message);
  void write_next();
  void ended();
  void start_again();

  boost::asio::io_context& io_;
  console_options where_;
  std::filesystem::path program_;
  std::size_t params_bytes_max_;
  serve_request serve_;
  boost::asio::steady_timer restart_timer_;
  std::chrono::milliseconds backoff_{0};
  std::string address_;
  process_ptr process_;
  std::uint64_t last_number_ = 0;
};

} // namespace rota::daemon
