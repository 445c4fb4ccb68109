#include "cmd/rotad/parse_command.hpp"

#include "wire/complete_push.hpp"
#include "wire/schema.hpp"
#include "wire/time_text.hpp"
#include "wire/version.hpp"
#include "wire/writing.hpp"

#include <utility>

namespace rota::daemon {
namespace {

/// Completes a command with this daemon's clock and settings.
actors::command complete_command(wire::command what, const actors::engine_runtime& runtime) {
  if (auto* push = std::get_if<wire::push_command>(&what))
    complete_push(*push, [&](const std::string& type) { return runtime.board().batching_of(type); },
                  {runtime.now(), wire::wall_time_us()});
  return std::visit([](auto& each) -> actors::command { return std::move(each); }, what);
}

std::string info_of(const actors::engine_runtime& runtime, const options& settings) {
  return wire::to_json(wire::info_reply{version(), name_of(settings.durability), runtime.started(),
                                        runtime.draining(), wire::to_json(settings)});
}

} // namespace

command_or_answer parse_command(const wire::method& method, json_value params,
                                const daemon_state& state, const options& settings) {
  if (state.stopping)
    return wire::answer{
        wire::failure(wire::error_kind::draining, "the daemon is stopping; nothing was done")};
  if (state.runtime == nullptr)
    return storage_failed_answer();
  auto read = method.read(params);
  if (!read)
    return wire::answer{wire::invalid_params(read.error())};
  if (std::holds_alternative<wire::info_command>(*read))
    return wire::answer{info_of(*state.runtime, settings)};
  if (std::holds_alternative<wire::discover_command>(*read))
    return wire::answer{wire::openrpc_document(version())};
  return complete_command(std::move(std::get<wire::command>(*read)), *state.runtime);
}

wire::answer storage_failed_answer() {
  return wire::failure(wire::error_kind::unavailable,
                       "the storage failed and the outcome is unknown; send the request again, a "
                       "push with the same key");
}

} // namespace rota::daemon
