#include "engine/arbiter/asks.hpp"

#include <algorithm>

namespace rota::engine {

ask_pattern& ask_table::pattern_of(std::uint32_t pool, const ask& what, bool& made) {
  pool_patterns& of_pool = patterns_in(pool);
  pattern_key key{what.max_jobs, what.types};
  auto& names = key.second;
  if (names.size() > 1) {
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
  }
  auto& pattern = of_pool.by_key[key];
  made = !pattern;
  if (made) {
    pattern = std::make_unique<ask_pattern>();
    pattern->names = std::move(key.second);
    pattern->max_jobs = what.max_jobs;
    pattern->pool = pool;
    of_pool.all.push_back(pattern.get());
  }
  return *pattern;
}

ask_table::pool_patterns& ask_table::patterns_in(std::uint32_t pool) {
  if (pools_.size() <= pool)
    pools_.resize(pool + 1);
  return pools_[pool];
}

void ask_table::open(ask_pattern& pattern, const ask& what, time_point now) {
  const std::uint64_t arrival = ++arrivals_;
  pattern.line.emplace(arrival, open_ask{what.id, what.leases, 0, what.wait_until});
  where_[what.id.value] = {&pattern, arrival};
  if (what.wait_until > now)
    waits_.emplace(what.wait_until, what.id);
  else
    pattern.overdue.push_back(arrival);
}

std::optional<open_ask> ask_table::close(ask_id id) {
  const auto found = where_.find(id.value);
  if (found == where_.end())
    return std::nullopt;
  const auto [pattern, arrival] = found->second;
  const auto in_line = pattern->line.find(arrival);
  const open_ask was = in_line->second;
  pattern->line.erase(in_line);
  where_.erase(found);
  waits_.erase({was.wait_until, id});
  return was;
}

std::uint64_t ask_table::waiting_in(std::uint32_t pool) const {
  std::uint64_t waiting = 0;
  if (pool < pools_.size()) {
    for (const ask_pattern* pattern : pools_[pool].all)
      waiting += pattern->line.size();
  }
  return waiting;
}

} // namespace rota::engine
