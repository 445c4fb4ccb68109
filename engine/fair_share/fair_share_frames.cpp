// The clocks of frames. The clock of a type or class follows that of the frame around it. While it
// is closed (a type also while nobody asks for it), it follows only until it meets the least F in
// it. A clock never jumps, so that no member's lead over it is lost when another one leaves;
// therefore it is stored instead of derived from the least F.
#include "engine/ensure.hpp"
#include "engine/fair_share/fair_share.hpp"

#include <algorithm>
#include <limits>

namespace rota::engine {

namespace {

constexpr virtual_time zero{};

} // namespace

// -- times ----------------------------------------------------------------------------------------

virtual_time fair_share::time_of(const share_type& type) const {
  if (type.follows)
    return time_;
  const virtual_time passed = time_ - type.outer_time;
  if (passed == zero)
    return type.clock + type.offset;
  return std::min(type.clock + passed, least_ahead(type, type.clock)) + type.offset;
}

/// The least tag, relative to the type, among the members that its clock has not passed. Those it
/// has passed wait for reasons of their own and do not hold it back.
virtual_time fair_share::least_ahead(const share_type& type, virtual_time from) const {
  virtual_time least{std::numeric_limits<wide>::max() / 2};
  std::uint32_t examined = 0;
  const auto limit = [&](const share_seat& seat, const turn_key& key) {
    const virtual_time entitled = key.tag + seat.member->refund;
    if (entitled >= from)
      least = std::min(least, entitled);
    return key.tag < from && ++examined < examined_max;
  };
  for (const auto& g : type.groups) {
    g->by_type.each_from_least([&](const share_class& c, const turn_key& key) {
      if (key.tag >= from) {
        least = std::min(least, key.tag);
        return false;
      }
      c.of_type.each_from_least(limit);
      return ++examined < examined_max;
    });
  }
  return least;
}

/// The least F + refund among a class's own members, relative to the type; at most `below`.
virtual_time fair_share::least_entitled(const share_class& c, virtual_time below) {
  virtual_time least = below;
  std::uint32_t examined = 0;
  c.of_class.each_from_least([&](const share_seat& seat, const turn_key& key) {
    if (key.tag + c.offset >= least || ++examined > examined_max)
      return false;
    least = std::min(least, key.tag + c.offset + seat.member->refund);
    return true;
  });
  return least;
}

virtual_time fair_share::time_of(const share_class& c) const {
  const virtual_time above = time_of(*c.type);
  if (c.of_class.empty())
    return above;
  const virtual_time followed = c.clock + (above - c.type->offset - c.outer_time);
  return std::max(c.clock, least_entitled(c, followed)) + c.type->offset;
}

/// Brings a frame's clock up to date. Call before any change in the frame.
void fair_share::advance_clock(share_type& type) {
  type.clock = time_of(type) - type.offset;
  type.outer_time = time_;
}

void fair_share::advance_clock(share_class& c) {
  c.clock = time_of(c) - c.type->offset;
  c.outer_time = time_of(*c.type) - c.type->offset;
}

void fair_share::advance_clocks(const share_member& m) {
  for (const share_seat* seat : m.live) {
    advance_clock(*seat->cls->type);
    advance_clock(*seat->cls);
  }
}

// -- following V and stopping ---------------------------------------------------------------------

void fair_share::list(std::vector<share_type*>& in, share_type& type) {
  type.list_place = static_cast<std::uint32_t>(in.size());
  in.push_back(&type);
}

void fair_share::unlist(std::vector<share_type*>& from, share_type& type) {
  if (type.list_place == no_place)
    return;
  from[type.list_place] = from.back();
  from[type.list_place]->list_place = type.list_place;
  from.pop_back();
  type.list_place = no_place;
}

/// Stops the type's clock from following V.
void fair_share::stop(share_type& type) {
  if (!type.follows)
    return;
  unlist(following_, type);
  type.follows = false;
  type.clock = time_ - type.offset;
  type.outer_time = time_;
  if (type.open)
    list(stopped_, type);
}

void fair_share::set_open(share_type& type, bool open) {
  if (type.open == open)
    return;
  type.open = open;
  if (type.live == 0)
    return;
  if (open) {
    if (!type.follows)
      list(stopped_, type);
  } else if (type.follows) {
    stop(type);
  } else {
    unlist(stopped_, type);
  }
  for (const auto& g : type.groups)
    refresh(*g);
}

void fair_share::set_open(share_class& c, bool open) {
  if (c.open == open)
    return;
  advance_clock(*c.type);
  c.open = open;
  refresh(c);
}

void fair_share::resume(const share_asker& asker) {
  if (stopped_.empty())
    return;
  if (asker.types != nullptr) {
    for (share_type* type : *asker.types) {
      if (type->list_place != no_place && !type->follows)
        resume(*type);
    }
    return;
  }
  while (!stopped_.empty())
    resume(*stopped_.back());
}

/// The type takes part again: one offset lifts all its members and sets its time to V.
void fair_share::resume(share_type& type) {
  const virtual_time behind = time_ - time_of(type);
  unlist(stopped_, type);
  type.follows = true;
  list(following_, type);
  if (behind == zero)
    return;
  type.offset = type.offset + behind;
  for (const auto& g : type.groups)
    refresh(*g);
}

/// Lifts what lagged within a frame whose clock went on, because its key or slots were exhausted: a
/// class as a whole, a member that waited in several classes or types alone. Returns false if
/// nothing lags.
bool fair_share::lift(const share_seat& seat) {
  share_member& m = *seat.member;
  if (m.home == share_home::of_class) {
    share_class& c = *seat.cls;
    advance_clock(c);
    if (c.clock == c.outer_time)
      return false;
    c.offset = c.offset + (c.outer_time - c.clock);
    c.clock = c.outer_time;
    refresh(c);
    return true;
  }
  if (!lags(m, time_))
    return false;
  m.tag = m.tag + (time_ - m.refund - tag(m));
  rekey(m);
  return true;
}

void fair_share::raise_time(virtual_time to, const share_asker& asker) {
  ensure(to >= time_, "the time of a pool never goes back");
  if (asker.types != nullptr) {
    for (std::size_t i = following_.size(); i-- > 0;) {
      if (!asker.wants(*following_[i]))
        stop(*following_[i]);
    }
  }
  time_ = to;
}

} // namespace rota::engine
