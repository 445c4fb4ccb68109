#include "cmd/console_port/console_actor.hpp"

#include "wire/rpc.hpp"

#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <map>
#include <unordered_map>

namespace rota::console {
namespace {

using caf_answer = caf::typed_response_promise<bool, std::string>;

struct console_state {
  struct open_request {
    caf_answer promise;
    caf::actor_addr from;
  };
  std::size_t params_bytes_max = 0;
  std::function<void(port_message)> serve;
  std::uint64_t last_number = 0;
  std::unordered_map<std::uint64_t, open_request> open;
  std::map<caf::actor_addr, std::size_t> open_of; ///< Only consoles with open requests.
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
  const auto known = state.open_of.find(from);
  if (state.open.size() >= open_requests_max ||
      (known != state.open_of.end() && known->second >= open_requests_of_one_max))
    return refuse(promise, "too many console requests are open; the request was not executed");
  const auto number = ++state.last_number;
  state.open.emplace(number, console_state::open_request{promise, from});
  ++state.open_of[from];
  state.serve({port_message::kind::request, number, false, std::move(method), std::move(params)});
  return promise;
}

void on_answer(self_pointer self, port_message& answer) {
  auto& state = self->state;
  auto found = state.open.extract(answer.number);
  if (found.empty())
    return;
  found.mapped().promise.deliver(answer.done, std::move(answer.text));
  const auto count = state.open_of.find(found.mapped().from);
  if (--count->second == 0)
    state.open_of.erase(count);
}

served_console_actor::behavior_type behave(self_pointer self, std::size_t params_bytes_max,
                                           std::function<void(port_message)> serve) {
  self->state.params_bytes_max = params_bytes_max;
  self->state.serve = std::move(serve);
  return {
      [=](std::string& method, std::string& params) { return on_request(self, method, params); },
      [=](port_message& answer) { on_answer(self, answer); },
  };
}

} // namespace

served_console_actor spawn_console(caf::actor_system& system, std::size_t params_bytes_max,
                                   std::function<void(port_message)> serve) {
  return system.spawn(behave, params_bytes_max, std::move(serve));
}

} // namespace rota::console
