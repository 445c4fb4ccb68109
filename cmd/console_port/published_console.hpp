// The CONSOLE actor on a port of CAF's network layer.
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
  std::uint16_t port = 0; ///< 0: any free one.
  std::size_t params_bytes_max = 0;
  std::optional<tls_files> tls;
};

class published_console {
public:
  /// `serve` gets what consoles ask, on a thread of CAF's.
  published_console(port_options options, std::function<void(port_message)> serve);
  ~published_console();

  /// Opens the port; the text says why not.
  std::optional<std::string> open();
  /// The port that was really taken.
  std::uint16_t port() const;
  /// Any thread. An answer that nobody waits for is dropped.
  void answer(port_message what);

private:
  struct network;
  port_options options_;
  std::unique_ptr<network> network_;
};

} // namespace rota::console
