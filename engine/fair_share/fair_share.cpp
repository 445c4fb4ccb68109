// Complements docs/design.md on fair share. F is a tag, V the pool's time, w a weight:
//
//   dispatch of cost c:   S = F; V = max(V, S); F = S + c / w         dispatched()
//   start of live work:   F = time of its home + max(0, F - V)        join()
//   change of home:       F = time(new) + max(-refund, F - time(old)) rehome()
//   end, c was estimated: F += (actual - c) / w, never lifted         correct()
//   choice:               least F, least recently served, name        choose()
//
// time(pool) = V. The clocks of types and classes are in fair_share_frames.cpp, the heaps in
// fair_share_heads.cpp. Promise B1 holds because the chosen member has F + refund >= V and the
// least F of all eligible ones, and no tag is lifted while its owner stays eligible.
#include "engine/fair_share/fair_share.hpp"

#include "engine/ensure.hpp"

#include <algorithm>

namespace rota::engine {

namespace {

constexpr virtual_time zero{};

} // namespace

// -- turns ----------------------------------------------------------------------------------------

share_seat* fair_share::choose(const share_asker& asker) {
  resume(asker);
  for (;;) {
    const candidate first = least(asker);
    if (first.seat == nullptr)
      return nullptr;
    if (lift(*first.seat))
      continue;
    ensure_entitled(*first.seat);
    return first.seat;
  }
}

/// A class's clock examines a limited number of members, so in larger classes it may have passed
/// one with a refund.
void fair_share::ensure_entitled(const share_seat& seat) const {
  const bool clock_saw_all =
      seat.member->home != share_home::of_class || seat.cls->of_class.size() <= examined_max;
  ensure(!clock_saw_all || !lags(*seat.member, time_), "a chosen tenant has F + refund >= V");
}

void fair_share::dispatched(share_member& m, const share_asker& asker, micro cost) {
  ensure(cost >= micro{}, "the cost of a turn is never below zero");
  const virtual_time start = tag(m);
  if (start > time_)
    raise_time(start, asker);
  advance_clocks(m);
  m.tag = m.tag + charge_of(cost, m.weight, m.carry);
  m.refund = std::clamp(time_ - tag(m), zero, m.refund);
  m.served = ++dispatches_;
  rekey(m);
}

void fair_share::correct(share_member& m, micro difference) {
  advance_clocks(m);
  const bool lagged = lags(m, time_of_home(m));
  m.tag = m.tag + charge_of(difference, m.weight, m.carry);
  if (m.home != share_home::none && !lagged)
    m.refund = std::max(time_of_home(m) - tag(m), zero);
  rekey(m);
}

void fair_share::set_weight(share_member& m, micro weight) {
  ensure(weight > micro{}, "a weight is above zero");
  advance_clocks(m);
  const virtual_time lead = lead_of(m);
  if (lead > zero)
    m.tag = m.tag - lead + virtual_time{lead.units * m.weight.value / weight.value};
  m.weight = weight;
  m.carry = 0;
  rekey(m);
}

void fair_share::restore_tag(share_member& m, virtual_time at_least) {
  advance_clocks(m);
  const virtual_time now = tag(m);
  if (at_least > now) {
    m.tag = m.tag + (at_least - now);
    rekey(m);
  }
}

// -- homes ----------------------------------------------------------------------------------------

virtual_time fair_share::time_of_home(const share_member& m) const {
  switch (m.home) {
  case share_home::of_class: return time_of(*m.live.front()->cls);
  case share_home::of_type: return time_of(*m.live.front()->cls->type);
  default: return time_;
  }
}

/// The difference between an absolute tag and one relative to the member's home.
virtual_time fair_share::base_of(const share_member& m) const {
  switch (m.home) {
  case share_home::of_class: {
    const share_class& c = *m.live.front()->cls;
    return c.offset + c.type->offset;
  }
  case share_home::of_type: return m.live.front()->cls->type->offset;
  default: return zero;
  }
}

/// F minus the time of its home; negative only after a refund.
virtual_time fair_share::lead_of(const share_member& m) const {
  return std::max(tag(m) - time_of_home(m), zero - m.refund);
}

bool fair_share::lags(const share_member& m, virtual_time time) const {
  return tag(m) + m.refund < time;
}

// -- joining, leaving, changing homes -------------------------------------------------------------

void fair_share::join(share_seat& seat) {
  ensure(!seat.live && seat.member != nullptr,
         "a seat joins the fair share once, with its tenant set");
  share_member& m = *seat.member;
  share_type& type = *seat.cls->type;
  if (type.live++ == 0) {
    type.follows = type.open;
    type.clock = time_ - type.offset;
    type.outer_time = time_;
    if (type.follows)
      list(following_, type);
  }
  advance_clocks(m);
  advance_clock(type);
  advance_clock(*seat.cls);
  const virtual_time lead = lead_of(m);
  seat.live = true;
  m.live.push_back(&seat);
  rehome(m, lead);
}

void fair_share::leave(share_seat& seat) {
  ensure(seat.live && seat.cls->type->live > 0,
         "only a seat that has joined the fair share leaves it");
  share_member& m = *seat.member;
  advance_clocks(m);
  const virtual_time lead = lead_of(m);
  unplace(seat);
  std::erase(m.live, &seat);
  seat.live = false;
  share_type& type = *seat.cls->type;
  if (--type.live == 0)
    unlist(type.follows ? following_ : stopped_, type);
  rehome(m, lead);
}

/// The home is determined by the live seats.
share_home fair_share::home_of(const share_member& m) {
  if (m.live.empty())
    return share_home::none;
  const share_class& first = *m.live.front()->cls;
  const auto same_type = [&](const share_seat* s) { return s->cls->type == first.type; };
  if (m.live.size() == 1 && !first.group->lingering)
    return share_home::of_class;
  const bool of_type = m.live.size() == 1 || std::all_of(m.live.begin(), m.live.end(), same_type);
  return of_type ? share_home::of_type : share_home::of_pool;
}

/// Moves the member to its new home and keeps its lead over the time of the old one.
void fair_share::rehome(share_member& m, virtual_time lead) {
  const share_home before = m.home;
  const share_home now = home_of(m);
  if (now == before && now != share_home::none) {
    if (m.live.back()->place == no_place)
      place(*m.live.back());
    return;
  }
  for (share_seat* seat : m.live)
    unplace(*seat);
  idle_.remove(m);
  m.home = now;
  m.tag = time_of_home(m) + lead - base_of(m);
  for (share_seat* seat : m.live)
    place(*seat);
  if (now == share_home::none)
    add_idle(m);
}

void fair_share::add_idle(share_member& m) {
  m.refund = zero;
  idle_.put(m, {m.tag, m.served, m.name});
}

share_member* fair_share::take_forgettable() {
  if (idle_.empty() || idle_.least_key().tag > time_)
    return nullptr;
  share_member& m = idle_.least();
  idle_.remove(m);
  return &m;
}

} // namespace rota::engine
