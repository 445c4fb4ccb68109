#include "cmd/console_port/published_console.hpp"

#include "cmd/console_port/console_actor.hpp"
#include "cmd/console_port/link/network.hpp"

#include <caf/actor_system.hpp>
#include <caf/io/middleman.hpp>
#include <caf/openssl/publish.hpp>
#include <caf/send.hpp>

#include <utility>

namespace rota::console {

struct published_console::network {
  caf::actor_system_config config;
  caf::actor_system system;
  served_console_actor actor;
  std::uint16_t port = 0;

  network(const port_options& options, std::function<void(port_message)> serve)
      : config(network_config(options.tls)),
        system(config),
        actor(spawn_console(system, options.params_bytes_max, std::move(serve))) {}
  ~network() {
    caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
    actor = nullptr;
  }
};

published_console::published_console(port_options options, std::function<void(port_message)> serve)
    : options_(std::move(options)),
      network_(std::make_unique<network>(options_, std::move(serve))) {}

published_console::~published_console() = default;

std::optional<std::string> published_console::open() {
  const auto published = caf::actor_cast<console_actor>(network_->actor);
  const auto& [host, port, bytes_max, tls] = options_;
  const auto taken =
      tls ? caf::openssl::publish(published, port, host.c_str(), true)
          : network_->system.middleman().publish(published, port, host.c_str(), true);
  if (!taken)
    return network_->system.render(taken.error());
  network_->port = *taken;
  return std::nullopt;
}

std::uint16_t published_console::port() const { return network_->port; }

void published_console::answer(port_message what) {
  caf::anon_send(network_->actor, std::move(what));
}

} // namespace rota::console
