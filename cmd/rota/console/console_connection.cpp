#include "cmd/rota/console/console_connection.hpp"

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

/// Sends one request. It has no timeout: CAF reports a server that is gone or silent for too long.
/// The monitor covers a request sent just as the connection broke, for which CAF reports nothing.
void send_request(caf::event_based_actor* self, const console::console_actor& console,
                  const std::string& method, const std::string& params,
                  const std::shared_ptr<std::promise<answer>>& promise) {
  const auto lost = [=](const caf::error& error) {
    promise->set_value(wire::call_error{
        true, 0, {}, "lost the connection to the console: " + self->system().render(error), {}});
    self->quit();
  };
  self->set_down_handler([=](const caf::down_msg& down) { lost(down.reason); });
  self->monitor(console);
  self->request(console, caf::infinite, method, params)
      .then(
          [=](bool done, std::string& text) {
            promise->set_value(done ? answer{std::move(text)}
                                    : answer{wire::read_call_error(text)});
            self->quit();
          },
          lost);
}

} // namespace

struct console_connection::network {
  console_address address;
  caf::actor_system_config config;
  caf::actor_system system;
  console::console_actor console;

  explicit network(const console_address& given)
      : address(given), config(console::network_config(given.tls)), system(config) {}

  /// Connects. Returns an error text, or nothing.
  std::optional<std::string> connect() {
    const auto& [host, port] = address.server;
    auto found =
        address.tls
            ? caf::openssl::remote_actor<console::console_actor>(system, host, number_of(port))
            : system.middleman().remote_actor<console::console_actor>(host, number_of(port));
    if (!found)
      return "cannot connect to the console at " + host + ":" + port + ": " +
             system.render(found.error());
    console = std::move(*found);
    return std::nullopt;
  }
};

boost::system::result<std::shared_ptr<console_connection>, std::string>
console_connection::open(const console_address& address) {
  // Blocks the signals in CAF's threads; only the command thread handles them.
  const stop_signals blocked;
  auto connected = std::make_unique<network>(address);
  if (auto error = connected->connect())
    return std::move(*error);
  return std::shared_ptr<console_connection>{new console_connection{std::move(connected)}};
}

console_connection::console_connection(std::unique_ptr<network> connected)
    : network_(std::move(connected)) {}
console_connection::~console_connection() = default;

boost::system::result<std::string, wire::call_error>
console_connection::call(std::string_view method, std::string_view params) {
  if (!network_->console) {
    if (auto error = network_->connect())
      return wire::call_error{true, 0, {}, std::move(*error), {}};
  }
  const auto promise = std::make_shared<std::promise<answer>>();
  auto future = promise->get_future();
  network_->system.spawn(send_request, network_->console, std::string{method}, std::string{params},
                         promise);
  auto result = future.get();
  if (!result && result.error().lost)
    network_->console = nullptr;
  return result;
}

} // namespace rota::client
