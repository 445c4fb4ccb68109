// The waiting asks. Asks of one pattern (pool, types, lease size) can either all be served or none
// of them, so they share a line. Lines that cannot be served now cost nothing, however long.
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
  std::uint32_t left = 1;  ///< Turns still wanted.
  std::uint32_t given = 0; ///< Turns received.
  time_point wait_until{};
};

/// Asks that differ only in arrival and number of turns.
struct ask_pattern {
  std::vector<std::string> names; ///< Sorted; empty: all types of the pool.
  std::uint32_t max_jobs = 1;
  std::uint32_t pool = 0;
  std::vector<share_type*> types;         ///< Those of `names` that belong to the pool; sorted.
  std::map<std::uint64_t, open_ask> line; ///< By arrival.
  std::vector<std::uint64_t> overdue;     ///< Arrivals to be answered at the end of this step.
  bool is_pending = false;                ///< In its pool's list of patterns to serve in this step.
  bool suspended = false;                 ///< Its turn depends on a pending report.

  bool all_types() const { return names.empty(); }
};

/// All open asks, by pattern and id. All calls are O(log n).
class ask_table {
public:
  /// Returns the pattern of such asks, creating it if necessary, and sets `made` accordingly.
  ask_pattern& pattern_of(std::uint32_t pool, const ask& what, bool& made);
  /// The patterns of a pool, in no particular order.
  const std::vector<ask_pattern*>& patterns_of(std::uint32_t pool) { return patterns_in(pool).all; }

  /// Drops the empty patterns of a pool if it has many patterns; calls `on_drop` with each one first.
  template <class OnDrop>
  void drop_idle(std::uint32_t pool, OnDrop&& on_drop) {
    pool_patterns& of_pool = patterns_in(pool);
    if (of_pool.all.size() < idle_patterns_max)
      return;
    of_pool.all.clear();
    for (auto at = of_pool.by_key.begin(); at != of_pool.by_key.end();) {
      ask_pattern& pattern = *at->second;
      if (pattern.line.empty() && !pattern.is_pending) {
        on_drop(pattern);
        at = of_pool.by_key.erase(at);
      } else {
        of_pool.all.push_back(&pattern);
        ++at;
      }
    }
  }

  /// Adds an ask at the end of its pattern's line.
  void open(ask_pattern& pattern, const ask& what, time_point now);
  /// Returns nothing if the ask is not open.
  std::optional<open_ask> close(ask_id id);

  /// Marks all asks whose wait is over as overdue, and calls `on_expiry` with the pattern of each.
  template <class OnExpiry>
  void expire(time_point now, OnExpiry&& on_expiry) {
    while (!waits_.empty() && waits_.begin()->first <= now) {
      const ask_id id = waits_.begin()->second;
      waits_.erase(waits_.begin());
      const place at = where_.at(id.value);
      at.pattern->overdue.push_back(at.arrival);
      on_expiry(*at.pattern);
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

  pool_patterns& patterns_in(std::uint32_t pool);

  std::uint64_t arrivals_ = 0;
  std::vector<pool_patterns> pools_;
  std::unordered_map<std::uint64_t, place> where_;
  std::set<std::pair<time_point, ask_id>> waits_;
};

} // namespace rota::engine
