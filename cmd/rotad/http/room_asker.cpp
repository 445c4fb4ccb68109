#include "cmd/rotad/http/room_asker.hpp"

#include "cmd/rotad/gate_sink.hpp"

#include <caf/send.hpp>

#include <utility>

namespace rota::daemon {
namespace {

wire::answer no_room() {
  return wire::failure(wire::error_kind::unavailable,
                       "the storage is not open: the server is reopening it or shutting down");
}

} // namespace

void room_asker::enter(actors::engine_room& room, answer_gate& gate, std::uint64_t epoch,
                       persistence::durability level) {
  session_ = room.open_session(std::make_shared<gate_sink>(gate, epoch, shared_from_this(), level));
}

void room_asker::leave() {
  if (session_)
    caf::anon_send(session_, actors::connection_closed{});
  session_ = nullptr;
  for (const auto& [number, then] : std::exchange(open_, {}))
    then(no_room());
}

void room_asker::ask(actors::command what, answer then) {
  if (!session_)
    return then(no_room());
  open_.emplace(++last_, std::move(then));
  caf::anon_send(session_, actors::client_command{last_, std::move(what)});
}

void room_asker::deliver(outgoing& what) {
  const auto found = open_.find(what.request);
  if (found == open_.end())
    return;
  const auto then = std::move(found->second);
  open_.erase(found);
  then(what.what);
}

} // namespace rota::daemon
