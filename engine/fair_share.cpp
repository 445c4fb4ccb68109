// Beside the design's text on fair share. F is a tag, V the pool's time, w a weight:
//
//   dispatch of cost c:   S = F; V = max(V, S); F = S + c / w        dispatched()
//   comes (back) to work: F = max(F, time of its home)               join()
//   change of home:       F = time(new) + max(0, F - time(old))      rehome()
//   end, c was a guess:   F += (actual - c) / w, never lifted        correct()
//   choice:               least F, served longest ago, name          choose()
//
// time(pool) = V. The clock of a type or class goes with the one around it; while it is shut (a
// type also while nobody asks for it) only until it meets the least F in it. Nobody's lead over the
// clock is lost when another one leaves: a clock never jumps, that is why it is kept and not read
// off the least F. All that is eligible has F >= V when a choice is made (but for refunds), and no
// tag is lifted while its owner stays eligible: that is why promise B1 holds.
#include "engine/fair_share.hpp"

#include <algorithm>
#include <limits>

namespace rota::engine {

namespace {

constexpr virtual_time zero{};

/// So many members are looked at, at most, behind those that a refund has put in front or that lag.
constexpr int looked_max = 64;

turn_key moved(turn_key key, virtual_time by) {
  key.tag = key.tag + by;
  return key;
}

turn_key key_of(const share_member& m) { return {m.tag, m.served, m.name}; }

} // namespace

bool share_asker::wants(const share_type& type) const {
  return types == nullptr ||
         std::binary_search(types->begin(), types->end(), const_cast<share_type*>(&type));
}

bool share_asker::fits(const share_seat& seat) const {
  const micro slots = seat.cls->group->bucket->slots;
  return slots <= available || (&seat == reserved && slots <= free);
}

// -- times ----------------------------------------------------------------------------------------

virtual_time fair_share::time_of(const share_type& type) const {
  if (type.along)
    return time_;
  const virtual_time passed = time_ - type.looked;
  if (passed == zero)
    return type.clock + type.offset;
  return std::min(type.clock + passed, least_ahead(type, type.clock)) + type.offset;
}

/// The least tag, counted from the type, among its members that its clock has not left behind; those
/// behind wait for something of their own and don't hold it.
virtual_time fair_share::least_ahead(const share_type& type, virtual_time from) const {
  virtual_time least{std::numeric_limits<wide>::max() / 2};
  int looked = 0;
  const auto hold = [&](const share_seat& seat, const turn_key& key) {
    const virtual_time entitled = key.tag + seat.member->refund;
    if (entitled >= from)
      least = std::min(least, entitled);
    return key.tag < from && ++looked < looked_max;
  };
  for (const auto& g : type.groups) {
    g->by_type.each_from_least([&](const share_class& c, const turn_key& key) {
      if (key.tag >= from) {
        least = std::min(least, key.tag);
        return false;
      }
      c.wide.each_from_least(hold);
      return ++looked < looked_max;
    });
  }
  return least;
}

/// The least of F + refund among a class's own members, counted from the type, if below `below`.
virtual_time fair_share::least_entitled(const share_class& c, virtual_time below) {
  virtual_time least = below;
  int looked = 0;
  c.own.each_from_least([&](const share_seat& seat, const turn_key& key) {
    if (key.tag + c.offset >= least || ++looked > looked_max)
      return false;
    least = std::min(least, key.tag + c.offset + seat.member->refund);
    return true;
  });
  return least;
}

virtual_time fair_share::time_of(const share_class& c) const {
  const virtual_time above = time_of(*c.type);
  if (c.own.empty())
    return above;
  const virtual_time gone_along = c.clock + (above - c.type->offset - c.looked);
  return std::max(c.clock, least_entitled(c, gone_along)) + c.type->offset;
}

/// Before anything changes in a frame its clock is brought up to date.
void fair_share::look_at_clock(share_type& type) {
  type.clock = time_of(type) - type.offset;
  type.looked = time_;
}

void fair_share::look_at_clock(share_class& c) {
  c.clock = time_of(c) - c.type->offset;
  c.looked = time_of(*c.type) - c.type->offset;
}

void fair_share::look_at_clocks(const share_member& m) {
  for (const share_seat* seat : m.live) {
    look_at_clock(*seat->cls->type);
    look_at_clock(*seat->cls);
  }
}

virtual_time fair_share::time_of_home(const share_member& m) const {
  switch (m.home) {
  case share_home::of_class: return time_of(*m.live.front()->cls);
  case share_home::of_type: return time_of(*m.live.front()->cls->type);
  default: return time_;
  }
}

/// What turns a tag of the member's home into an absolute one.
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

virtual_time fair_share::tag(const share_member& m) const { return m.tag + base_of(m); }

/// F beyond the time of its home; negative only as far as a refund left it there.
virtual_time fair_share::lead_of(const share_member& m) const {
  return std::max(tag(m) - time_of_home(m), zero - m.refund);
}

virtual_time fair_share::fair_tag(const share_member& m) const { return time_ + lead_of(m); }

bool fair_share::lags(const share_member& m, virtual_time time) const {
  return tag(m) + m.refund < time;
}

// -- places in the heaps --------------------------------------------------------------------------

void fair_share::place(share_seat& seat) {
  share_class& c = *seat.cls;
  const turn_key key = key_of(*seat.member);
  switch (seat.member->home) {
  case share_home::of_class: c.own.put(seat, key); break;
  case share_home::of_type: c.wide.put(seat, key); break;
  case share_home::of_pool: c.pooled.put(seat, key); break;
  case share_home::away: break;
  }
  refresh(c);
}

void fair_share::unplace(share_seat& seat) {
  share_class& c = *seat.cls;
  switch (seat.member->home) {
  case share_home::of_class: c.own.remove(seat); break;
  case share_home::of_type: c.wide.remove(seat); break;
  case share_home::of_pool: c.pooled.remove(seat); break;
  case share_home::away: break;
  }
  refresh(c);
}

void fair_share::rekey(share_member& m) {
  for (share_seat* seat : m.live)
    place(*seat);
  if (m.away_place != no_place)
    away_.put(m, key_of(m));
}

void fair_share::refresh(share_class& c) {
  share_group& g = *c.group;
  if (c.open && !(c.own.empty() && c.wide.empty())) {
    if (c.own.empty())
      g.by_type.put(c, c.wide.least_key());
    else if (c.wide.empty())
      g.by_type.put(c, moved(c.own.least_key(), c.offset));
    else
      g.by_type.put(c, std::min(c.wide.least_key(), moved(c.own.least_key(), c.offset)));
  } else {
    g.by_type.remove(c);
  }
  if (c.open && !c.pooled.empty())
    g.by_pool.put(c, c.pooled.least_key());
  else
    g.by_pool.remove(c);
  refresh(g);
}

void fair_share::refresh(share_group& g) {
  auto& heads = g.lingering ? g.bucket->lingering : g.bucket->normal;
  const candidate first = g.type->open ? head(g) : candidate{};
  if (first.seat != nullptr)
    heads.put(g, first.key);
  else
    heads.remove(g);
}

void fair_share::add_class(share_class& c, share_type& type, micro slots, bool lingering) {
  c.type = &type;
  const auto same = [&](const auto& g) {
    return g->lingering == lingering && g->bucket->slots == slots;
  };
  const auto found = std::find_if(type.groups.begin(), type.groups.end(), same);
  if (found != type.groups.end()) {
    c.group = found->get();
  } else {
    auto& bucket = buckets_[slots];
    if (!bucket) {
      bucket = std::make_unique<share_bucket>();
      bucket->slots = slots;
    }
    ++bucket->groups;
    auto group = std::make_unique<share_group>();
    group->type = &type;
    group->bucket = bucket.get();
    group->lingering = lingering;
    c.group = group.get();
    type.groups.push_back(std::move(group));
  }
  ++c.group->classes;
}

void fair_share::drop_class(share_class& c) {
  share_group& g = *c.group;
  g.by_type.remove(c);
  g.by_pool.remove(c);
  if (--g.classes > 0) {
    refresh(g);
    return;
  }
  share_bucket& bucket = *g.bucket;
  (g.lingering ? bucket.lingering : bucket.normal).remove(g);
  if (--bucket.groups == 0)
    buckets_.erase(micro{bucket.slots});
  std::erase_if(g.type->groups, [&](const auto& other) { return other.get() == &g; });
}

// -- coming, leaving, changing homes --------------------------------------------------------------

void fair_share::join(share_seat& seat) {
  share_member& m = *seat.member;
  share_type& type = *seat.cls->type;
  if (type.live++ == 0) {
    type.along = type.open;
    type.clock = time_ - type.offset;
    type.looked = time_;
    if (type.along)
      list(along_, type);
  }
  look_at_clocks(m);
  look_at_clock(type);
  look_at_clock(*seat.cls);
  const virtual_time lead = lead_of(m);
  seat.live = true;
  m.live.push_back(&seat);
  rehome(m, lead);
}

void fair_share::leave(share_seat& seat) {
  share_member& m = *seat.member;
  look_at_clocks(m);
  const virtual_time lead = lead_of(m);
  unplace(seat);
  std::erase(m.live, &seat);
  seat.live = false;
  share_type& type = *seat.cls->type;
  if (--type.live == 0)
    unlist(type.along ? along_ : stopped_, type);
  rehome(m, lead);
}

/// The home follows the live seats; the lead over the time of the old home is kept in the new one.
void fair_share::rehome(share_member& m, virtual_time lead) {
  const share_home before = m.home;
  share_home now = share_home::of_pool;
  if (m.live.empty()) {
    now = share_home::away;
  } else {
    const share_class& first = *m.live.front()->cls;
    const auto same_type = [&](const share_seat* s) { return s->cls->type == first.type; };
    if (m.live.size() == 1 && !first.group->lingering)
      now = share_home::of_class;
    else if (m.live.size() == 1 || std::all_of(m.live.begin(), m.live.end(), same_type))
      now = share_home::of_type;
  }
  if (now == before && now != share_home::away) {
    if (m.live.back()->place == no_place)
      place(*m.live.back());
    return;
  }
  for (share_seat* seat : m.live)
    unplace(*seat);
  away_.remove(m);
  m.home = now;
  m.tag = time_of_home(m) + lead - base_of(m);
  for (share_seat* seat : m.live)
    place(*seat);
  if (now == share_home::away)
    add_away(m);
}

void fair_share::add_away(share_member& m) {
  m.refund = zero;
  away_.put(m, key_of(m));
}

share_member* fair_share::take_forgettable() {
  if (away_.empty() || away_.least_key().tag > time_)
    return nullptr;
  share_member& m = away_.least();
  away_.remove(m);
  return &m;
}

// -- types that go along and types that stop ------------------------------------------------------

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

/// From now on V goes on without it.
void fair_share::stop(share_type& type) {
  if (!type.along)
    return;
  unlist(along_, type);
  type.along = false;
  type.clock = time_ - type.offset;
  type.looked = time_;
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
    if (!type.along)
      list(stopped_, type);
  } else if (type.along) {
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
  look_at_clock(*c.type);
  c.open = open;
  refresh(c);
}

void fair_share::bring_along(const share_asker& asker) {
  if (stopped_.empty())
    return;
  if (asker.types != nullptr) {
    for (share_type* type : *asker.types) {
      if (type->list_place != no_place && !type->along)
        bring_along(*type);
    }
    return;
  }
  while (!stopped_.empty())
    bring_along(*stopped_.back());
}

/// The type takes part again: all its members are lifted together, its clock is V.
void fair_share::bring_along(share_type& type) {
  const virtual_time behind = time_ - time_of(type);
  unlist(stopped_, type);
  type.along = true;
  list(along_, type);
  if (behind == zero)
    return;
  type.offset = type.offset + behind;
  for (const auto& g : type.groups)
    refresh(*g);
}

/// Something in a frame that went on was itself shut (its key, its slots): a class is lifted
/// together, a member that waited in several classes or types alone. False: nothing lags.
bool fair_share::lift(const share_seat& seat) {
  share_member& m = *seat.member;
  if (m.home == share_home::of_class) {
    share_class& c = *seat.cls;
    look_at_clock(c);
    if (c.clock == c.looked)
      return false;
    c.offset = c.offset + (c.looked - c.clock);
    c.clock = c.looked;
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
  if (asker.types != nullptr) {
    for (std::size_t i = along_.size(); i-- > 0;) {
      if (!asker.wants(*along_[i]))
        stop(*along_[i]);
    }
  }
  time_ = to;
}

// -- the least ------------------------------------------------------------------------------------

bool fair_share::eligible(const share_seat& seat, const share_asker& asker) const {
  const share_class& c = *seat.cls;
  if (!seat.live || !c.open || !c.type->open || !asker.wants(*c.type) || !asker.fits(seat))
    return false;
  return !c.group->lingering || asker.max_jobs == 1 || seat.most_ready >= asker.max_jobs;
}

bool fair_share::eligible(const share_member& m, const share_asker& asker) const {
  return std::any_of(m.live.begin(), m.live.end(),
                     [&](const share_seat* seat) { return eligible(*seat, asker); });
}

namespace {

template <class Candidate>
void keep_least(Candidate& best, const Candidate& other) {
  if (other.seat != nullptr && (best.seat == nullptr || other.key < best.key))
    best = other;
}

} // namespace

fair_share::candidate fair_share::head(const share_group& g) const {
  candidate best;
  if (!g.by_type.empty()) {
    const share_class& c = g.by_type.least();
    const virtual_time from_type = g.type->offset;
    best.key = moved(g.by_type.least_key(), from_type);
    const bool own = c.wide.empty() ||
                     (!c.own.empty() && moved(c.own.least_key(), c.offset) < c.wide.least_key());
    best.seat = own ? &c.own.least() : &c.wide.least();
  }
  if (!g.by_pool.empty())
    keep_least(best, candidate{g.by_pool.least_key(), &g.by_pool.least().pooled.least()});
  return best;
}

/// Among lanes that linger: those that are full for what the asker takes. One by one: only workers
/// that take more than one job and less than a full batch look here.
fair_share::candidate fair_share::least_full(const share_group& g, const share_asker& asker) const {
  candidate best;
  if (asker.max_jobs >= g.batch_max)
    return best;
  const auto look = [&](share_seat& seat, const turn_key& key) {
    if (seat.most_ready >= asker.max_jobs)
      keep_least(best, candidate{moved(key, base_of(*seat.member)), &seat});
  };
  g.by_type.each([&](const share_class& c, const turn_key&) { c.wide.each(look); });
  g.by_pool.each([&](const share_class& c, const turn_key&) { c.pooled.each(look); });
  return best;
}

fair_share::candidate fair_share::looked_at(const share_group& g, const share_asker& asker) const {
  return g.lingering && asker.max_jobs > 1 ? least_full(g, asker) : head(g);
}

fair_share::candidate fair_share::reserved_one(const share_asker& asker) const {
  const share_seat* seat = asker.reserved;
  if (seat == nullptr || !eligible(*seat, asker))
    return {};
  const turn_key key = key_of(*seat->member);
  return {moved(key, base_of(*seat->member)), const_cast<share_seat*>(seat)};
}

fair_share::candidate fair_share::least_of(const share_type& type, const share_asker& asker) const {
  candidate best;
  if (!type.open)
    return best;
  for (const auto& g : type.groups) {
    if (g->bucket->slots <= asker.available)
      keep_least(best, looked_at(*g, asker));
  }
  const share_seat* reserved = asker.reserved;
  if (reserved != nullptr && reserved->cls->type == &type)
    keep_least(best, reserved_one(asker));
  return best;
}

fair_share::candidate fair_share::least(const share_asker& asker) const {
  candidate best;
  if (asker.types != nullptr) {
    for (const share_type* type : *asker.types)
      keep_least(best, least_of(*type, asker));
    return best;
  }
  for (const auto& [slots, bucket] : buckets_) {
    if (slots > asker.available)
      break;
    if (!bucket->normal.empty())
      keep_least(best, head(bucket->normal.least()));
    if (bucket->lingering.empty())
      continue;
    if (asker.max_jobs == 1) {
      keep_least(best, head(bucket->lingering.least()));
    } else {
      bucket->lingering.each([&](const share_group& g, const turn_key&) {
        keep_least(best, least_full(g, asker));
      });
    }
  }
  keep_least(best, reserved_one(asker));
  return best;
}

share_seat* fair_share::least_unfit(const share_asker& asker) const {
  candidate best;
  for (auto at = buckets_.upper_bound(asker.available); at != buckets_.end(); ++at) {
    if (asker.types == nullptr) {
      if (!at->second->normal.empty())
        keep_least(best, head(at->second->normal.least()));
      continue;
    }
    for (const share_type* type : *asker.types) {
      for (const auto& g : type->groups) {
        if (type->open && !g->lingering && g->bucket == at->second.get())
          keep_least(best, head(*g));
      }
    }
  }
  return best.seat;
}

// -- turns ----------------------------------------------------------------------------------------

share_seat* fair_share::choose(const share_asker& asker) {
  bring_along(asker);
  for (;;) {
    const candidate first = least(asker);
    if (first.seat == nullptr || !lift(*first.seat))
      return first.seat;
  }
}

void fair_share::dispatched(share_member& m, const share_asker& asker, micro cost) {
  const virtual_time start = tag(m);
  if (start > time_)
    raise_time(start, asker);
  look_at_clocks(m);
  m.tag = m.tag + charge_of(cost, m.weight, m.carry);
  m.refund = std::clamp(time_ - tag(m), zero, m.refund);
  m.served = ++dispatches_;
  rekey(m);
}

void fair_share::correct(share_member& m, micro difference) {
  look_at_clocks(m);
  const bool lagged = lags(m, time_of_home(m));
  m.tag = m.tag + charge_of(difference, m.weight, m.carry);
  if (m.home != share_home::away && !lagged)
    m.refund = std::max(time_of_home(m) - tag(m), zero);
  rekey(m);
}

void fair_share::set_weight(share_member& m, micro weight) {
  look_at_clocks(m);
  const virtual_time lead = lead_of(m);
  if (lead > zero)
    m.tag = m.tag - lead + virtual_time{lead.units * m.weight.value / weight.value};
  m.weight = weight;
  m.carry = 0;
  rekey(m);
}

void fair_share::restore_time(virtual_time at_least) { time_ = std::max(time_, at_least); }

void fair_share::restore_tag(share_member& m, virtual_time at_least) {
  const virtual_time now = tag(m);
  if (at_least > now) {
    m.tag = m.tag + (at_least - now);
    rekey(m);
  }
}

} // namespace rota::engine
