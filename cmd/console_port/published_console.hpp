// CONSOLE, the only actor that consoles can reach, published on a port of CAF's network layer.
//
//   console --method, params--> CONSOLE --request--> rotad
//   console <--done?, text----- CONSOLE <--answer--- rotad
//
// It holds one promise per open request and no other state of a console. Nothing remains after the
// answer, whether or not the console is still there.
#pragma once
#include "cmd/console_port/link/network.hpp"
#include "cmd/console_port/link/port_messages.hpp"

#include <boost/system/result.hpp>
#include <caf/actor_system.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rota::console::port_message)

namespace rota::console {

/// Maximum number of open requests per console; further ones are refused.
inline constexpr std::size_t open_requests_of_one_max = 8;

/// Answers from rotad are not part of the published interface, so they cannot be sent over the
/// network.
using served_console_actor = console_actor::extend<caf::reacts_to<port_message>>;

struct port_options {
  std::string host;
  std::uint16_t port = 0; ///< 0: any free port.
  std::size_t params_bytes_max = 0;
  std::optional<tls_files> tls;
};

class published_console {
public:
  /// `forward` receives the requests of consoles, on one of CAF's threads.
  published_console(port_options options, std::function<void(port_message)> forward);
  ~published_console();

  /// Opens the port. Returns its number, or an error text.
  boost::system::result<std::uint16_t, std::string> open();
  /// May be called from any thread. Answers to unknown requests are dropped.
  void answer(port_message what);

private:
  port_options options_;
  caf::actor_system_config config_;
  caf::actor_system system_;
  served_console_actor actor_;
};

} // namespace rota::console
