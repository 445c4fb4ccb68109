// The port on which consoles find the CONSOLE actor.
#pragma once
#include "cmd/rotad/console/console_request.hpp"
#include "cmd/rotad/options.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace rota::daemon {

/// CAF's network layer with one actor behind it, in an actor system of its own.
class console_port {
public:
  /// `serve` gets what consoles ask, on a thread of CAF's.
  console_port(const console_options& options, std::size_t params_bytes_max,
               std::function<void(console_request)> serve);
  ~console_port();

  /// Opens the port; the text says why not.
  std::optional<std::string> open();
  /// "127.0.0.1:7071", with the port that was really taken.
  std::string address() const;
  /// Any thread. An answer that nobody waits for is dropped.
  void answer(console_answer what);
  /// Ends all connections; waits until they are gone.
  void close();

private:
  struct network;
  console_options options_;
  std::size_t params_bytes_max_;
  std::function<void(console_request)> serve_;
  std::unique_ptr<network> network_;
};

} // namespace rota::daemon
