#include "cmd/rota/console/link.hpp"

#include "cmd/console_port/link/interface.hpp"
#include "cmd/console_port/link/network.hpp"
#include "cmd/rota/stop_signals.hpp"

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/io/middleman.hpp>
#include <caf/openssl/remote_actor.hpp>

#include <charconv>
#include <future>

namespace rota::client {

namespace {

std::uint16_t number_of(const std::string& port) {
  std::uint16_t number = 0; // valid: checked when the endpoint was read
  std::from_chars(port.data(), port.data() + port.size(), number);
  return number;
}

using answer = boost::system::result<std::string, wire::call_error>;

/// Sends one request. It has no timeout: CAF reports a daemon that is gone or silent for too long.
/// The monitor covers a request sent just as the connection broke, for which CAF reports nothing.
void ask(caf::event_based_actor* self, const console::console_actor& console,
         const std::string& method, const std::string& params,
         const std::shared_ptr<std::promise<answer>>& waiting) {
  const auto lost = [=](const caf::error& error) {
    waiting->set_value(wire::call_error{
        true, 0, {}, "lost the connection to the console: " + self->system().render(error), {}});
    self->quit();
  };
  self->set_down_handler([=](const caf::down_msg& down) { lost(down.reason); });
  self->monitor(console);
  self->request(console, caf::infinite, method, params)
      .then(
          [=](bool done, std::string& text) {
            waiting->set_value(done ? answer{std::move(text)}
                                    : answer{wire::read_call_error(text)});
            self->quit();
          },
          lost);
}

} // namespace

struct console_link::network {
  link_options options;
  caf::actor_system_config config;
  caf::actor_system system;
  console::console_actor console;

  explicit network(const link_options& given)
      : options(given), config(console::network_config(given.tls)), system(config) {}

  /// Connects. Returns an error text, or nothing.
  std::optional<std::string> join() {
    const auto& [host, port] = options.daemon;
    auto found =
        options.tls
            ? caf::openssl::remote_actor<console::console_actor>(system, host, number_of(port))
            : system.middleman().remote_actor<console::console_actor>(host, number_of(port));
    if (!found)
      return "cannot connect to the console at " + host + ":" + port + ": " +
             system.render(found.error());
    console = std::move(*found);
    return std::nullopt;
  }
};

boost::system::result<std::shared_ptr<console_link>, std::string>
console_link::join(const link_options& options) {
  // Blocks the signals in CAF's threads; only the command thread handles them.
  const stop_signals blocked;
  auto joined = std::make_unique<network>(options);
  if (auto error = joined->join())
    return std::move(*error);
  return std::shared_ptr<console_link>{new console_link{std::move(joined)}};
}

console_link::console_link(std::unique_ptr<network> joined) : network_(std::move(joined)) {}
console_link::~console_link() = default;

boost::system::result<std::string, wire::call_error> console_link::call(std::string_view method,
                                                                        std::string_view params) {
  if (!network_->console) {
    if (auto error = network_->join())
      return wire::call_error{true, 0, {}, std::move(*error), {}};
  }
  auto waiting = std::make_shared<std::promise<answer>>();
  auto told = waiting->get_future();
  network_->system.spawn(ask, network_->console, std::string{method}, std::string{params}, waiting);
  auto out = told.get();
  if (!out && out.error().lost)
    network_->console = nullptr;
  return out;
}

} // namespace rota::client
