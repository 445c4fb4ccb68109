#include "actors/session/session_actor.hpp"

#include "actors/runtime/traced_actor.hpp"
#include "actors/session/requests/request.hpp"

#include <caf/actor_system.hpp>

#include <unordered_map>

namespace rota::actors {
namespace {

using self_pointer = traced_pointer<session_actor, session_state>;

using request_table = std::unordered_map<std::uint64_t, request_ptr>;

/// A closed session ends when no message to it is in flight: no answer to a request, and nothing
/// sent through the list of sessions.
void end_if_done(self_pointer self, const request_table& requests) {
  if (!self->state.closed || !requests.empty() || self->state.unlisted)
    return;
  self->state.unlisted = true;
  self->state.shared->sessions.remove(self->id());
  // Arrives after everything that was sent through the list.
  self->send(session_actor{self}, session_unlisted{});
}

template <class Answer>
void deliver(self_pointer self, request_table& requests, Answer& answer) {
  const auto found = requests.find(answer.request);
  if (found == requests.end())
    return; // the request has already finished
  found->second->take(answer);
  if (found->second->finished())
    requests.erase(found);
  end_if_done(self, requests);
}

void on_command(self_pointer self, request_table& requests, client_command& command) {
  auto request =
      std::visit([&](auto& what) { return make_request(self, command.request, std::move(what)); },
                 command.what);
  request->start();
  if (!request->finished())
    requests.emplace(command.request, std::move(request));
}

void withdraw(self_pointer self) {
  self->send(self->state.shared->arbiter, withdraw_asks{session_actor{self}});
}

void on_closed(self_pointer self, const request_table& requests) {
  auto& state = self->state;
  state.closed = true;
  state.shared->hub.drop(state.sink.get());
  state.sink.reset();
  withdraw(self);
  end_if_done(self, requests);
}

session_actor::behavior_type behave(self_pointer self, shared_state_ptr shared,
                                    std::shared_ptr<answer_sink> sink) {
  self->state.shared = std::move(shared);
  self->state.sink = std::move(sink);
  auto table = std::make_shared<request_table>();
  const auto to_request = [=](auto& part) { deliver(self, *table, part); };
  return {
      [=](client_command& command) { on_command(self, *table, command); },
      [=](input_ended) { withdraw(self); },
      [=](connection_closed) { on_closed(self, *table); },
      [=](answer& a) { to_request(a); },
      [=](lease_part& a) { to_request(a); },
      [=](ask_done& a) { to_request(a); },
      [=](settled_part& a) { to_request(a); },
      [=](const load_wanted& part) { send_load(self, part); },
      [=](session_unlisted) { self->quit(); },
  };
}

} // namespace

session_actor spawn_session(caf::actor_system& system, const shared_state_ptr& shared,
                            std::shared_ptr<answer_sink> sink) {
  auto session = system.spawn(behave, shared, std::move(sink));
  shared->sessions.add(session);
  // Covers every way of ending; most sessions are off the list by then.
  session->attach_functor([shared, id = session.id()] { shared->sessions.remove(id); });
  return session;
}

} // namespace rota::actors
