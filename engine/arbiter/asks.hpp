// The asks that wait. Asks of one pattern (pool, types, lease size) can all be served or none of
// them, so they stand in one line: what can't be served now costs nothing, however many wait.
#pragma once
#include "engine/arbiter/arbiter_values.hpp"
#include "engine/fair_share/fair_share.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

namespace rota::engine {

struct open_ask {
  ask_id id;
  std::uint32_t left = 1;  ///< Turns that it may still get.
  std::uint32_t given = 0; ///< Turns that it got.
  time_point wait_until{};
};

/// Asks that differ only in when they came and how much they want.
struct ask_pattern {
  std::vector<std::string> names; ///< Sorted; empty: all types of the pool.
  std::uint32_t max_jobs = 1;
  std::uint32_t pool = 0;
  std::vector<share_type*> types; ///< Of these names, those that belong to the pool; sorted.
  std::map<std::uint64_t, open_ask> line; ///< By arrival.
  std::vector<std::uint64_t> overdue;     ///< Arrivals to be answered at the end of the step.
  bool looked_at = false;                 ///< Stands in its pool's list of patterns to look at.
  bool suspended = false;                 ///< Its turn depends on a report that is under way.

  bool all_types() const { return names.empty(); }
};

/// All open asks, by pattern and id. O(log n) each.
class ask_book {
public:
  /// The pattern of such asks; made when there is none yet, `made` tells.
  ask_pattern& pattern_of(std::uint32_t pool, const ask& what, bool& made);
  /// Patterns of a pool, in no particular order.
  const std::vector<ask_pattern*>& patterns_of(std::uint32_t pool);

  /// Drops the patterns of a pool that nobody stands in, if there are many; each is told first.
  template <class Tell>
  void drop_idle(std::uint32_t pool, Tell&& tell) {
    if (patterns_of(pool).size() < idle_patterns_max)
      return;
    pool_patterns& of_pool = pools_[pool];
    of_pool.all.clear();
    for (auto at = of_pool.by_key.begin(); at != of_pool.by_key.end();) {
      ask_pattern& pattern = *at->second;
      if (pattern.line.empty() && !pattern.looked_at) {
        tell(pattern);
        at = of_pool.by_key.erase(at);
      } else {
        of_pool.all.push_back(&pattern);
        ++at;
      }
    }
  }

  void open(ask_pattern& pattern, const ask& what, time_point now);
  /// Nothing when it isn't open.
  std::optional<open_ask> close(ask_id id);
  open_ask* find(ask_id id);

  /// Those whose time is over become overdue; their patterns are told one by one.
  template <class Tell>
  void expire(time_point now, Tell&& tell) {
    while (!waits_.empty() && waits_.begin()->first <= now) {
      const ask_id id = waits_.begin()->second;
      waits_.erase(waits_.begin());
      const place at = where_.at(id.value);
      at.pattern->overdue.push_back(at.arrival);
      tell(*at.pattern);
    }
  }
  time_point next_expiry() const { return waits_.empty() ? never : waits_.begin()->first; }

  std::uint64_t waiting_in(std::uint32_t pool) const;
  /// The arrival number of the oldest ask in line.
  static std::uint64_t oldest(const ask_pattern& pattern) { return pattern.line.begin()->first; }

private:
  static constexpr std::size_t idle_patterns_max = 1000;

  struct place {
    ask_pattern* pattern;
    std::uint64_t arrival;
  };
  using pattern_key = std::pair<std::uint32_t, std::vector<std::string>>; // max_jobs, names

  struct pool_patterns {
    std::map<pattern_key, std::unique_ptr<ask_pattern>> by_key;
    std::vector<ask_pattern*> all;
  };

  std::uint64_t arrivals_ = 0;
  std::vector<pool_patterns> pools_;
  std::unordered_map<std::uint64_t, place> where_;
  std::set<std::pair<time_point, ask_id>> waits_;
};

} // namespace rota::engine
