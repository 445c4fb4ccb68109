#include "cmd/rotad/gate_sink.hpp"

#include "wire/writing.hpp"

namespace rota::daemon {

std::string_view name_of(persistence::durability level) {
  switch (level) {
  case persistence::durability::fsync: return "fsync";
  case persistence::durability::os: return "os";
  case persistence::durability::memory: break;
  }
  return "memory";
}

void gate_sink::answer(std::uint64_t request, actors::reply what, engine::position position) {
  outgoing_message out{to_, request, {}, {}, {}};
  if (const auto* pop = std::get_if<actors::pop_reply>(&what))
    for (const auto& lease : pop->leases)
      out.leases.push_back(lease.id);
  out.what = to_answer(std::move(what), durability_);
  gate_.put(epoch_, position, std::move(out));
}

void gate_sink::notify(actors::job_event what, engine::position position) {
  gate_.put(epoch_, position, {to_, 0, what.subscription, wire::to_json(what), {}});
}

} // namespace rota::daemon
