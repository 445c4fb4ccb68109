#include "cmd/rotad/format.hpp"

#include "cmd/rotad/console/format_actors.hpp"
#include "cmd/rotad/http/metrics_history.hpp"
#include "cmd/rotad/metrics/room_metrics.hpp"

#include <utility>

namespace rota::daemon {
namespace {

wire::answer figures_answer(const actors::figures_reply& what) {
  switch (what.view) {
  case actors::figures_view::metrics: return room_metrics(*what.figures);
  case actors::figures_view::sample: return format_sample(*what.figures);
  case actors::figures_view::actors: break;
  }
  return format_actors(*what.figures);
}

} // namespace

wire::answer to_answer(actors::reply what, std::string_view durability) {
  return std::visit(
      [&](auto& reply) {
        if constexpr (std::is_same_v<decltype(reply), actors::figures_reply&>)
          return figures_answer(reply);
        else
          return wire::to_answer(std::move(reply), durability);
      },
      what);
}

} // namespace rota::daemon
