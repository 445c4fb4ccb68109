#include "cmd/rotad/http/runtime_client.hpp"

#include "cmd/rotad/gate_sink.hpp"

#include <caf/send.hpp>

#include <utility>

namespace rota::daemon {
namespace {

wire::answer runtime_unavailable() {
  return wire::failure(wire::error_kind::unavailable,
                       "the storage is not open: the server is reopening it or shutting down");
}

} // namespace

void runtime_client::attach(actors::engine_runtime& runtime, answer_gate& gate, std::uint64_t epoch,
                            persistence::durability level) {
  session_ =
      runtime.open_session(std::make_shared<gate_sink>(gate, epoch, shared_from_this(), level));
}

void runtime_client::detach() {
  if (session_)
    caf::anon_send(session_, actors::connection_closed{});
  session_ = nullptr;
  for (const auto& [number, then] : std::exchange(open_, {}))
    then(runtime_unavailable());
}

void runtime_client::send(actors::command what, answer_handler then) {
  if (!session_)
    return then(runtime_unavailable());
  open_.emplace(++last_, std::move(then));
  caf::anon_send(session_, actors::client_command{last_, std::move(what)});
}

void runtime_client::deliver(outgoing_message& what) {
  const auto found = open_.find(what.request);
  if (found == open_.end())
    return;
  const auto then = std::move(found->second);
  open_.erase(found);
  then(what.what);
}

} // namespace rota::daemon
