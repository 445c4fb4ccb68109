#include "cmd/console_port/published_console.hpp"

#include "wire/rpc.hpp"

#include <caf/io/middleman.hpp>
#include <caf/openssl/publish.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <map>
#include <unordered_map>
#include <utility>

namespace rota::console {
namespace {

using caf_answer = caf::typed_response_promise<bool, std::string>;

struct console_state {
  struct open_request {
    caf_answer promise;
    caf::actor_addr from;
  };
  std::size_t params_bytes_max = 0;
  std::function<void(port_message)> forward;
  std::uint64_t last_number = 0;
  std::unordered_map<std::uint64_t, open_request> open;
  std::map<caf::actor_addr, std::size_t> open_by_console; ///< Only consoles with open requests.
};

using self_pointer = served_console_actor::stateful_pointer<console_state>;

caf_answer refuse(caf_answer promise, std::string reason) {
  std::string text;
  wire::write_error(text, wire::failure(wire::error_kind::too_large, std::move(reason)));
  return promise.deliver(false, std::move(text));
}

caf_answer on_request(self_pointer self, std::string& method, std::string& params) {
  auto& state = self->state;
  const auto from = caf::actor_cast<caf::actor_addr>(self->current_sender());
  auto promise = self->make_response_promise<bool, std::string>(); // clears the current sender
  if (method.size() > method_bytes_max || params.size() > state.params_bytes_max)
    return refuse(promise, "the request exceeds max_line_bytes and was not executed");
  const auto known = state.open_by_console.find(from);
  if (state.open.size() >= open_requests_max ||
      (known != state.open_by_console.end() && known->second >= open_requests_of_one_max))
    return refuse(promise, "too many console requests are open; the request was not executed");
  const auto number = ++state.last_number;
  state.open.emplace(number, console_state::open_request{promise, from});
  ++state.open_by_console[from];
  state.forward({port_message::kind::request, number, false, std::move(method), std::move(params)});
  return promise;
}

void on_answer(self_pointer self, port_message& answer) {
  auto& state = self->state;
  auto found = state.open.extract(answer.number);
  if (found.empty())
    return;
  found.mapped().promise.deliver(answer.done, std::move(answer.text));
  const auto count = state.open_by_console.find(found.mapped().from);
  if (--count->second == 0)
    state.open_by_console.erase(count);
}

served_console_actor::behavior_type behavior(self_pointer self, std::size_t params_bytes_max,
                                             std::function<void(port_message)> forward) {
  self->state.params_bytes_max = params_bytes_max;
  self->state.forward = std::move(forward);
  return {
      [=](std::string& method, std::string& params) { return on_request(self, method, params); },
      [=](port_message& answer) { on_answer(self, answer); },
  };
}

} // namespace

published_console::published_console(port_options options,
                                     std::function<void(port_message)> forward)
    : options_(std::move(options)),
      config_(network_config(options_.tls)),
      system_(config_),
      actor_(system_.spawn(behavior, options_.params_bytes_max, std::move(forward))) {}

published_console::~published_console() {
  caf::anon_send_exit(actor_, caf::exit_reason::user_shutdown);
  actor_ = nullptr;
}

boost::system::result<std::uint16_t, std::string> published_console::open() {
  const auto published = caf::actor_cast<console_actor>(actor_);
  const char* host = options_.host.c_str();
  const auto port = options_.tls
                        ? caf::openssl::publish(published, options_.port, host, true)
                        : system_.middleman().publish(published, options_.port, host, true);
  if (!port)
    return system_.render(port.error());
  return *port;
}

void published_console::answer(port_message what) { caf::anon_send(actor_, std::move(what)); }

} // namespace rota::console
