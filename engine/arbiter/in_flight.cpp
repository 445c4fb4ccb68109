#include "engine/arbiter/in_flight.hpp"

#include "engine/ensure.hpp"

#include <algorithm>
#include <string_view>

namespace rota::engine {

namespace {

std::uint64_t pair_of(std::uint32_t a, std::uint32_t b) { return std::uint64_t{a} << 32 | b; }

constexpr std::string_view never_below_zero = "counts of attempts in flight are never below zero";

template <class Counts>
auto& element(Counts& counts, std::uint32_t index) {
  if (counts.size() <= index)
    counts.resize(index + 1);
  return counts[index];
}

void add(std::uint32_t& count, int by) {
  ensure(by > 0 || count > 0, never_below_zero);
  count += static_cast<std::uint32_t>(by);
}

template <class Pairs>
void add_pair(Pairs& pairs, std::uint64_t pair, int by) {
  const auto at = pairs.try_emplace(pair, 0).first;
  add(at->second, by);
  if (at->second == 0)
    pairs.erase(at);
}

std::uint32_t count_in(const std::unordered_map<std::uint64_t, std::uint32_t>& pairs,
                       std::uint64_t pair) {
  const auto found = pairs.find(pair);
  return found == pairs.end() ? 0 : found->second;
}

/// Compares counts, ignoring trailing zeros.
template <class Value>
bool same(const std::vector<Value>& a, const std::vector<Value>& b) {
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    if ((i < a.size() ? a[i] : Value{}) != (i < b.size() ? b[i] : Value{}))
      return false;
  }
  return true;
}

} // namespace

bool in_flight::insert(serial attempt, const attempt_load& load) {
  if (!loads_.emplace(attempt, load).second)
    return false;
  count(attempt, load, 1);
  return true;
}

std::optional<attempt_load> in_flight::erase(serial attempt) {
  const auto found = loads_.find(attempt);
  if (found == loads_.end())
    return std::nullopt;
  const attempt_load load = found->second;
  count(attempt, load, -1);
  loads_.erase(found);
  return load;
}

attempt_load* in_flight::find(serial attempt) {
  const auto found = loads_.find(attempt);
  return found == loads_.end() ? nullptr : &found->second;
}

void in_flight::totals::count(const attempt_load& load, int by) {
  micro& used = element(slots, load.pool);
  used += load.slots * by;
  ensure(used >= micro{}, never_below_zero);
  add(element(types, load.type), by);
  add(element(tenants, load.tenant), by);
  if (load.key != no_index)
    add(element(keys, load.key), by);
  add_pair(pairs, pair_of(load.type, load.tenant), by);
  add_pair(shares, pair_of(load.pool, load.tenant), by);
}

/// Counts an attempt that has just been added or is about to be removed.
void in_flight::count(serial attempt, const attempt_load& load, int by) {
  counts_.count(load, by);
  if (!recount_)
    return;
  if (loads_.bucket_count() != recount_->buckets)
    recount_.reset(); // the recount restarts
  else if (loads_.bucket(attempt) < recount_->bucket)
    recount_->counted.count(load, by);
}

std::uint32_t in_flight::of_pair(std::uint32_t type, std::uint32_t tenant) const {
  return count_in(counts_.pairs, pair_of(type, tenant));
}

std::uint32_t in_flight::of_share(std::uint32_t pool, std::uint32_t tenant) const {
  return count_in(counts_.shares, pair_of(pool, tenant));
}

// -- recounts -------------------------------------------------------------------------------------

std::optional<std::string> in_flight::totals::difference_to(const totals& other) const {
  if (!same(slots, other.slots))
    return "slots of pools differ from the set of attempts";
  if (!same(types, other.types))
    return "running by type differs from the set of attempts";
  if (!same(tenants, other.tenants))
    return "running by tenant differs from the set of attempts";
  if (!same(keys, other.keys))
    return "running by key differs from the set of attempts";
  if (pairs != other.pairs)
    return "running by type and tenant differs from the set of attempts";
  if (shares != other.shares)
    return "running by pool and tenant differs from the set of attempts";
  return std::nullopt;
}

std::optional<std::string> in_flight::find_difference() const {
  totals fresh;
  for (const auto& [attempt, load] : loads_)
    fresh.count(load, 1);
  return counts_.difference_to(fresh);
}

bool in_flight::recount_step(std::size_t loads_max, std::optional<std::string>& difference) {
  if (!recount_ || recount_->buckets != loads_.bucket_count())
    recount_ = recount{{}, 0, loads_.bucket_count()};
  std::size_t left = loads_max;
  for (; recount_->bucket < recount_->buckets && left > 0; ++recount_->bucket, --left) {
    for (auto at = loads_.cbegin(recount_->bucket); at != loads_.cend(recount_->bucket); ++at)
      recount_->counted.count(at->second, 1);
  }
  if (recount_->bucket < recount_->buckets)
    return false;
  difference = counts_.difference_to(recount_->counted);
  recount_.reset();
  return true;
}

} // namespace rota::engine
