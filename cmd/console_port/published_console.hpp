// Publishes the CONSOLE actor on a port of CAF's network layer.
#pragma once
#include "cmd/console_port/link/port_messages.hpp"
#include "cmd/console_port/link/tls_files.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace rota::console {

struct port_options {
  std::string host;
  std::uint16_t port = 0; ///< 0: any free port.
  std::size_t params_bytes_max = 0;
  std::optional<tls_files> tls;
};

class published_console {
public:
  /// `serve` receives the requests of consoles, on one of CAF's threads.
  published_console(port_options options, std::function<void(port_message)> serve);
  ~published_console();

  /// Opens the port. Returns an error text, or nothing.
  std::optional<std::string> open();
  /// The actual port.
  std::uint16_t port() const;
  /// May be called from any thread. Answers to unknown requests are dropped.
  void answer(port_message what);

private:
  struct network;
  port_options options_;
  std::unique_ptr<network> network_;
};

} // namespace rota::console
