#include "actors/session/session_actor.hpp"

#include "actors/runtime/load.hpp"
#include "actors/runtime/watched_actor.hpp"
#include "actors/session/requests/request.hpp"

#include <caf/actor_system.hpp>

#include <unordered_map>

namespace rota::actors {
namespace {

using self_pointer = watched_pointer<session_actor, session_state>;

using request_table = std::unordered_map<std::uint64_t, request_ptr>;

/// A closed session ends when nothing is on its way to it any more.
void end_if_done(self_pointer self, const request_table& requests) {
  if (self->state.closed && requests.empty())
    self->quit();
}

template <class Answer>
void deliver(self_pointer self, request_table& requests, Answer& answer) {
  const auto found = requests.find(answer.request);
  if (found == requests.end())
    return; // it had all it needed
  if constexpr (std::is_same_v<Answer, history_part>) {
    if (!answer.error.empty())
      found->second->fail(answer.error);
  }
  if (!found->second->finished())
    found->second->on(answer);
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

session_actor::behavior_type behave(self_pointer self, room_ptr shared,
                                    std::shared_ptr<answer_sink> sink) {
  self->state.shared = std::move(shared);
  self->state.sink = std::move(sink);
  auto table = std::make_shared<request_table>();
  const auto to_request = [=](auto& answer) { deliver(self, *table, answer); };
  return {
      [=](client_command& command) { on_command(self, *table, command); },
      [=](input_ended) { withdraw(self); },
      [=](connection_closed) { on_closed(self, *table); },
      [=](pushed_part& a) { to_request(a); },
      [=](lease_part& a) { to_request(a); },
      [=](ask_done& a) { to_request(a); },
      [=](settled_part& a) { to_request(a); },
      [=](cancelled_part& a) { to_request(a); },
      [=](revived_part& a) { to_request(a); },
      [=](found_part& a) { to_request(a); },
      [=](listed_part& a) { to_request(a); },
      [=](counted_part& a) { to_request(a); },
      [=](ranked_part& a) { to_request(a); },
      [=](directory_part& a) { to_request(a); },
      [=](queues_opened& a) { to_request(a); },
      [=](history_part& a) { to_request(a); },
      [=](stats_part& a) { to_request(a); },
      [=](figures_part& a) { to_request(a); },
      [=](load_part& a) { to_request(a); },
      [=](const load_added& sum) { sum.to->add(self->mailbox().size()); },
      [=](output_part& a) { to_request(a); },
  };
}

} // namespace

session_actor spawn_session(caf::actor_system& system, room_ptr room,
                            std::shared_ptr<answer_sink> sink) {
  auto& sessions = room->sessions;
  auto session = system.spawn(behave, std::move(room), std::move(sink));
  sessions.add(session);
  return session;
}

} // namespace rota::actors
