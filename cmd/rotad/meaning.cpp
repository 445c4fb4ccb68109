#include "cmd/rotad/meaning.hpp"

#include "cmd/rotad/gate_sink.hpp"
#include "cmd/rotad/translate.hpp"
#include "cmd/rotad/version.hpp"
#include "wire/answers_operations.hpp"

#include <chrono>
#include <utility>

namespace rota::daemon {
namespace {

std::int64_t wall_us() {
  using namespace std::chrono;
  return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

} // namespace

std::string info_of(const actors::engine_room& room, const options& settings) {
  std::string text;
  json_writer out{text};
  const auto limits = limits_of(settings);
  protocol::write_server(
      out, {version, name_of(settings.durability), room.started(), room.draining(), limits});
  return text;
}

request_meaning meaning_of(protocol::method method, json_value params, const daemon_state& state,
                           const options& settings) {
  if (state.stopping)
    return formatted{protocol::failure(protocol::error_kind::draining,
                                       "the daemon is stopping; nothing was done")};
  if (state.room == nullptr)
    return storage_is_down();
  auto meaning = translate(method, params, state.room->board(), {state.room->now(), wall_us()});
  if (auto* failure = std::get_if<protocol::rpc_failure>(&meaning))
    return formatted{std::move(*failure)};
  if (std::holds_alternative<info_wanted>(meaning))
    return formatted{info_of(*state.room, settings)};
  return std::move(std::get<actors::command>(meaning));
}

formatted storage_is_down() {
  return protocol::failure(protocol::error_kind::unavailable,
                           "the storage failed, the outcome is unknown; send the request again, a "
                           "push with the same key");
}

} // namespace rota::daemon
