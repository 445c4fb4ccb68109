// Checks that the fair share's state matches its members.
#include "engine/fair_share/fair_share.hpp"

namespace rota::engine {

std::optional<std::string> fair_share::audit(const share_member& m) const {
  const std::string who = "tenant " + *m.name;
  if (m.home != home_of(m))
    return who + " has a home that does not match its live work";
  if (m.refund < virtual_time{})
    return who + " has a refund below zero";
  if (m.weight <= micro{} || m.carry < 0 || m.carry >= m.weight.value)
    return who + " has a remainder that is not below its weight";
  for (const share_seat* seat : m.live) {
    if (!seat->live || seat->member != &m || seat->place == no_place)
      return who + " has live work that is not in the order of turns";
  }
  return std::nullopt;
}

std::optional<std::string> fair_share::audit() const {
  bool in_order = idle_.in_order();
  const auto audit_class = [&](const share_class& c, const turn_key&) {
    in_order =
        in_order && c.open && c.of_class.in_order() && c.of_type.in_order() && c.of_pool.in_order();
  };
  const auto audit_group = [&](const share_group& g, const turn_key& key) {
    in_order = in_order && g.by_type.in_order() && g.by_pool.in_order();
    in_order = in_order && g.type->open && key.tag == head(g).key.tag;
    g.by_type.each(audit_class);
    g.by_pool.each(audit_class);
  };
  for (const auto& [slots, bucket] : buckets_) {
    in_order = in_order && bucket->normal.in_order() && bucket->lingering.in_order();
    bucket->normal.each(audit_group);
    bucket->lingering.each(audit_group);
  }
  return in_order ? std::nullopt : std::optional<std::string>{"turns are not in order"};
}

} // namespace rota::engine
