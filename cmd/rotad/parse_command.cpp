#include "cmd/rotad/parse_command.hpp"

#include "cmd/rotad/gate_sink.hpp"
#include "wire/admit.hpp"
#include "wire/schema.hpp"
#include "wire/version.hpp"
#include "wire/writing.hpp"

#include <chrono>
#include <utility>

namespace rota::daemon {
namespace {

std::int64_t wall_us() {
  using namespace std::chrono;
  return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

/// Completes a command with this daemon's clock and settings.
actors::command ready_for(wire::command what, const actors::engine_room& room) {
  if (auto* push = std::get_if<wire::push_command>(&what))
    admit(*push, [&](const std::string& type) { return room.board().batching_of(type); },
          {room.now(), wall_us()});
  return std::visit([](auto& each) -> actors::command { return std::move(each); }, what);
}

std::string info_of(const actors::engine_room& room, const options& settings) {
  return wire::to_json(wire::info_reply{version(), name_of(settings.durability), room.started(),
                                        room.draining(), wire::to_json(settings)});
}

} // namespace

command_or_answer parse_command(const wire::method& method, json_value params,
                                const daemon_state& state, const options& settings) {
  if (state.stopping)
    return wire::answer{
        wire::failure(wire::error_kind::draining, "the daemon is stopping; nothing was done")};
  if (state.room == nullptr)
    return storage_is_down();
  auto read = method.read(params);
  if (!read)
    return wire::answer{wire::invalid_params(read.error())};
  if (std::holds_alternative<wire::info_command>(*read))
    return wire::answer{info_of(*state.room, settings)};
  if (std::holds_alternative<wire::discover_command>(*read))
    return wire::answer{wire::openrpc_document(version())};
  return ready_for(std::move(std::get<wire::command>(*read)), *state.room);
}

wire::answer storage_is_down() {
  return wire::failure(wire::error_kind::unavailable,
                       "the storage failed and the outcome is unknown; send the request again, a "
                       "push with the same key");
}

} // namespace rota::daemon
