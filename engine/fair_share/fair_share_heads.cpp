// The heaps: seats in classes, classes in groups, groups in the pool, and the least of them for an
// asker.
#include "engine/ensure.hpp"
#include "engine/fair_share/fair_share.hpp"

#include <algorithm>

namespace rota::engine {

namespace {

turn_key shifted(turn_key key, virtual_time by) {
  key.tag = key.tag + by;
  return key;
}

turn_key key_of(const share_member& m) { return {m.tag, m.served, m.name}; }

template <class Candidate>
void keep_least(Candidate& best, const Candidate& other) {
  if (other.seat != nullptr && (best.seat == nullptr || other.key < best.key))
    best = other;
}

} // namespace

bool share_asker::wants(const share_type& type) const {
  return types == nullptr ||
         std::binary_search(types->begin(), types->end(), const_cast<share_type*>(&type));
}

bool share_asker::fits(const share_seat& seat) const {
  const micro slots = seat.cls->group->bucket->slots;
  return slots <= available || (&seat == reserved && slots <= free);
}

// -- places in the heaps --------------------------------------------------------------------------

/// The heap that the seat's member is in while the seat is live; null if the member has no home.
share_class::heap* fair_share::heap_of(const share_seat& seat) {
  switch (seat.member->home) {
  case share_home::of_class: return &seat.cls->of_class;
  case share_home::of_type: return &seat.cls->of_type;
  case share_home::of_pool: return &seat.cls->of_pool;
  case share_home::none: break;
  }
  return nullptr;
}

void fair_share::place(share_seat& seat) {
  if (auto* heap = heap_of(seat))
    heap->put(seat, key_of(*seat.member));
  refresh(*seat.cls);
}

void fair_share::unplace(share_seat& seat) {
  if (auto* heap = heap_of(seat))
    heap->remove(seat);
  refresh(*seat.cls);
}

void fair_share::rekey(share_member& m) {
  for (share_seat* seat : m.live)
    place(*seat);
  if (m.idle_place != no_place)
    idle_.put(m, key_of(m));
}

/// The first of the class's seats whose keys are relative to its type.
fair_share::candidate fair_share::first_in_type(const share_class& c) {
  candidate first;
  if (!c.of_type.empty())
    first = {c.of_type.least_key(), &c.of_type.least()};
  if (!c.of_class.empty())
    keep_least(first, candidate{shifted(c.of_class.least_key(), c.offset), &c.of_class.least()});
  return first;
}

void fair_share::refresh(share_class& c) {
  share_group& g = *c.group;
  const candidate first = c.open ? first_in_type(c) : candidate{};
  if (first.seat != nullptr)
    g.by_type.put(c, first.key);
  else
    g.by_type.remove(c);
  if (c.open && !c.of_pool.empty())
    g.by_pool.put(c, c.of_pool.least_key());
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
  ensure(c.of_class.empty() && c.of_type.empty() && c.of_pool.empty() && g.classes > 0,
         "a dropped class has no seats");
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

fair_share::candidate fair_share::head(const share_group& g) const {
  candidate best;
  if (!g.by_type.empty())
    best = {shifted(g.by_type.least_key(), g.type->offset), first_in_type(g.by_type.least()).seat};
  if (!g.by_pool.empty())
    keep_least(best, candidate{g.by_pool.least_key(), &g.by_pool.least().of_pool.least()});
  return best;
}

/// Among lingering lanes, the ones that are full for this asker. A linear search, needed only for
/// askers that take more than one job but less than a full batch.
fair_share::candidate fair_share::least_full(const share_group& g, const share_asker& asker) const {
  candidate best;
  if (asker.max_jobs >= g.batch_max)
    return best;
  const auto look = [&](share_seat& seat, const turn_key& key) {
    if (seat.most_ready >= asker.max_jobs)
      keep_least(best, candidate{shifted(key, base_of(*seat.member)), &seat});
  };
  g.by_type.each([&](const share_class& c, const turn_key&) { c.of_type.each(look); });
  g.by_pool.each([&](const share_class& c, const turn_key&) { c.of_pool.each(look); });
  return best;
}

fair_share::candidate fair_share::first_of(const share_group& g, const share_asker& asker) const {
  return g.lingering && asker.max_jobs > 1 ? least_full(g, asker) : head(g);
}

fair_share::candidate fair_share::reserved_candidate(const share_asker& asker) const {
  const share_seat* seat = asker.reserved;
  if (seat == nullptr || !eligible(*seat, asker))
    return {};
  const turn_key key = key_of(*seat->member);
  return {shifted(key, base_of(*seat->member)), const_cast<share_seat*>(seat)};
}

fair_share::candidate fair_share::least_of(const share_type& type, const share_asker& asker) const {
  candidate best;
  if (!type.open)
    return best;
  for (const auto& g : type.groups) {
    if (g->bucket->slots <= asker.available)
      keep_least(best, first_of(*g, asker));
  }
  const share_seat* reserved = asker.reserved;
  if (reserved != nullptr && reserved->cls->type == &type)
    keep_least(best, reserved_candidate(asker));
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
      bucket->lingering.each(
          [&](const share_group& g, const turn_key&) { keep_least(best, least_full(g, asker)); });
    }
  }
  keep_least(best, reserved_candidate(asker));
  return best;
}

share_seat* fair_share::least_oversized(const share_asker& asker) const {
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

} // namespace rota::engine
