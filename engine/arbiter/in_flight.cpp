#include "engine/arbiter/in_flight.hpp"

#include <algorithm>

namespace rota::engine {

namespace {

std::uint64_t pair_of(std::uint32_t a, std::uint32_t b) { return std::uint64_t{a} << 32 | b; }

template <class Counts>
auto& grown(Counts& counts, std::uint32_t index) {
  if (counts.size() <= index)
    counts.resize(index + 1);
  return counts[index];
}

template <class Pairs>
void count_pair(Pairs& pairs, std::uint64_t pair, int by) {
  const auto at = pairs.try_emplace(pair, 0).first;
  at->second += static_cast<std::uint32_t>(by);
  if (at->second == 0)
    pairs.erase(at);
}

std::uint32_t of(const std::unordered_map<std::uint64_t, std::uint32_t>& pairs,
                 std::uint64_t pair) {
  const auto found = pairs.find(pair);
  return found == pairs.end() ? 0 : found->second;
}

/// Both count the same, whatever zeros stand at the ends.
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
  count(load, 1);
  return true;
}

std::optional<attempt_load> in_flight::erase(serial attempt) {
  const auto found = loads_.find(attempt);
  if (found == loads_.end())
    return std::nullopt;
  const attempt_load load = found->second;
  loads_.erase(found);
  count(load, -1);
  return load;
}

attempt_load* in_flight::find(serial attempt) {
  const auto found = loads_.find(attempt);
  return found == loads_.end() ? nullptr : &found->second;
}

void in_flight::count(const attempt_load& load, int by) {
  const auto step = static_cast<std::uint32_t>(by);
  grown(slots_, load.pool) += load.slots * by;
  grown(types_, load.type) += step;
  grown(tenants_, load.tenant) += step;
  if (load.key != no_index)
    grown(keys_, load.key) += step;
  count_pair(pairs_, pair_of(load.type, load.tenant), by);
  count_pair(shares_, pair_of(load.pool, load.tenant), by);
}

micro in_flight::slots_of_pool(std::uint32_t pool) const {
  return pool < slots_.size() ? slots_[pool] : micro{};
}

std::uint32_t in_flight::of_pair(std::uint32_t type, std::uint32_t tenant) const {
  return of(pairs_, pair_of(type, tenant));
}

std::uint32_t in_flight::of_share(std::uint32_t pool, std::uint32_t tenant) const {
  return of(shares_, pair_of(pool, tenant));
}

std::optional<std::string> in_flight::recounted() const {
  in_flight fresh;
  for (const auto& [attempt, load] : loads_)
    fresh.insert(attempt, load);
  if (!same(fresh.slots_, slots_))
    return "slots of pools differ from the set of attempts";
  if (!same(fresh.types_, types_))
    return "running by type differs from the set of attempts";
  if (!same(fresh.tenants_, tenants_))
    return "running by tenant differs from the set of attempts";
  if (!same(fresh.keys_, keys_))
    return "running by key differs from the set of attempts";
  if (fresh.pairs_ != pairs_)
    return "running by type and tenant differs from the set of attempts";
  if (fresh.shares_ != shares_)
    return "running by pool and tenant differs from the set of attempts";
  return std::nullopt;
}

} // namespace rota::engine
