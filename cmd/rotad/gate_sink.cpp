#include "cmd/rotad/gate_sink.hpp"

#include "cmd/rotad/console/operator_methods.hpp"
#include "cmd/rotad/http/metrics_history.hpp"
#include "cmd/rotad/metrics/runtime_metrics.hpp"
#include "wire/writing.hpp"

namespace rota::daemon {
namespace {

/// Converts figures to the view that was requested.
wire::answer to_answer(actors::figures_reply& what, std::string_view) {
  switch (what.view) {
  case actors::figures_view::metrics: return runtime_metrics(*what.figures);
  case actors::figures_view::sample: return format_sample(*what.figures);
  case actors::figures_view::actors: break;
  }
  return format_actors(*what.figures);
}

} // namespace

void gate_sink::answer(std::uint64_t request, actors::reply what, engine::position position) {
  outgoing_message out{to_, request, {}, {}, {}};
  if (const auto* pop = std::get_if<actors::pop_reply>(&what))
    for (const auto& lease : pop->leases)
      out.leases.push_back(lease.id);
  out.what = std::visit([this](auto& reply) { return to_answer(reply, durability_); }, what);
  gate_.put(epoch_, position, std::move(out));
}

void gate_sink::notify(actors::job_event what, engine::position position) {
  gate_.put(epoch_, position, {to_, 0, what.subscription, wire::to_json(what), {}});
}

} // namespace rota::daemon
