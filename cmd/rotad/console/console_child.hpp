// rota-console-port, the process that has the port for consoles: started, heard, started again.
#pragma once
#include "cmd/console_port/link/port_messages.hpp"
#include "cmd/rotad/options.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace rota::daemon {

/// Lives on the io thread. Whatever comes over the port can end that process, but not this one: then
/// its consoles lose their connections and find a new one behind the same port.
class console_child {
public:
  /// Numbers of requests are never the same, whichever process they came through.
  using serve_request = std::function<void(const console::port_message&)>;
  console_child(boost::asio::io_context& io, console_options where, std::filesystem::path program,
                std::size_t params_bytes_max, serve_request serve);
  ~console_child();

  /// Starts it and waits until it listens; the text says why it doesn't.
  std::optional<std::string> start();
  /// "127.0.0.1:7071", with the port that was really taken.
  const std::string& address() const { return address_; }
  /// Answers of a process that has gone are dropped.
  void answer(console::port_message what);
  void close();

private:
  struct process;
  using process_ptr = std::shared_ptr<process>;

  std::optional<std::string> spawn();
  std::optional<std::string> wait_until_listening();
  void read_on();
  bool take(console::port_message& message);
  void write_on();
  void ended();
  void start_again();

  boost::asio::io_context& io_;
  console_options where_;
  std::filesystem::path program_;
  std::size_t params_bytes_max_;
  serve_request serve_;
  boost::asio::steady_timer pause_;
  std::chrono::milliseconds backoff_{0};
  std::string address_;
  process_ptr process_;
  std::uint64_t last_number_ = 0;
};

} // namespace rota::daemon
