#include "cmd/rotad/console/console_port.hpp"

#include "cmd/console/network.hpp"
#include "cmd/rotad/console/console_actor.hpp"

#include <caf/actor_system.hpp>
#include <caf/io/middleman.hpp>
#include <caf/logger.hpp>
#include <caf/openssl/publish.hpp>
#include <caf/send.hpp>

#include <charconv>

namespace rota::daemon {

struct console_port::network {
  caf::actor_system_config config;
  caf::actor_system system;
  served_console_actor actor;
  std::uint16_t port = 0;

  explicit network(const std::optional<console::tls_files>& tls)
      : config(console::network_config(tls)), system(config) {}
  ~network() {
    caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
    actor = nullptr;
  }
};

namespace {

std::uint16_t number_of(const std::string& port) {
  std::uint16_t number = 0; // checked when the options were read
  std::from_chars(port.data(), port.data() + port.size(), number);
  return number;
}

} // namespace

console_port::console_port(const console_options& options, std::size_t params_bytes_max,
                           std::function<void(console_request)> serve)
    : options_(options), params_bytes_max_(params_bytes_max), serve_(std::move(serve)) {}

console_port::~console_port() = default;

std::optional<std::string> console_port::open() {
  auto fresh = std::make_unique<network>(options_.tls);
  fresh->actor = spawn_console(fresh->system, params_bytes_max_, serve_);
  // See engine_room::open_session.
  caf::logger::set_current_actor_system(nullptr);
  const auto published = caf::actor_cast<console::console_actor>(fresh->actor);
  const auto port = number_of(options_.listen.port);
  const auto* host = options_.listen.host.c_str();
  const auto taken = options_.tls ? caf::openssl::publish(published, port, host, true)
                                  : fresh->system.middleman().publish(published, port, host, true);
  if (!taken)
    return "can't listen for consoles on " + options_.listen.host + ":" + options_.listen.port +
           ": " + fresh->system.render(taken.error());
  fresh->port = *taken;
  network_ = std::move(fresh);
  return std::nullopt;
}

std::string console_port::address() const {
  const auto& host = options_.listen.host;
  const bool is_v6 = host.find(':') != std::string::npos;
  return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(network_->port);
}

void console_port::answer(console_answer what) { caf::anon_send(network_->actor, std::move(what)); }

void console_port::close() { network_.reset(); }

} // namespace rota::daemon
