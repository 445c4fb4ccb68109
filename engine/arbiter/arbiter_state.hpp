// The arbiter's state: pools, types, tenants, keys, and for each queue its lanes, grouped into
// seats. Names are looked up once; all other references are pointers or dense indices.
#pragma once
#include "engine/arbiter/asks.hpp"
#include "engine/arbiter/in_flight.hpp"
#include "engine/arbiter/rate_bucket.hpp"
#include "engine/arbiter/reservation.hpp"
#include "engine/arbiter/start_estimate.hpp"
#include "engine/fair_share/fair_share.hpp"
#include "engine/fair_share/fairness_monitor.hpp"
#include "engine/ids.hpp"
#include "engine/lane.hpp"
#include "engine/settings.hpp"

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace rota::engine {

struct pool_state;
struct type_state;
struct tenant_state;
struct key_state;
struct queue_state;
struct seat_state;
struct class_state;

/// The rank of a lane among its tenant's lanes; the least is served first.
struct lane_rank {
  order_key order = 0;
  queue_number queue;
  lane_number lane;
  auto operator<=>(const lane_rank&) const = default;
};

/// A lane as last reported by its queue, minus the grants that the report did not include.
struct lane_state {
  queue_state* queue = nullptr;
  lane_number number;
  std::shared_ptr<const lane_traits> traits;
  key_state* key = nullptr; ///< Its concurrency key, limited or not.
  seat_state* seat = nullptr;
  std::uint32_t ready = 0;
  time_point ready_since{}; ///< Of its first job, as last reported.
  bool uniform = true;
  bool lingers = false; ///< In the set of lanes that wait for the end of their linger.
  std::uint8_t next_at = 0;
  std::uint8_t next_end = 0;
  std::array<upcoming_job, upcoming_max> next{};
  /// The job granted last, or the first of the last report: no later job is sooner.
  upcoming_job last;
  time_point linger_until{};
  time_point listed_until{};          ///< The lane's key in the set of lingering lanes.
  std::uint32_t place = no_place;     // index in its seat
  std::uint32_t key_place = no_place; // index in its key's lanes

  bool head_is_known() const { return next_at < next_end; }
  lane_rank order() const;
  /// Null unless its key has limits.
  key_state* limited_key() const;
};

struct seat_state : share_seat {
  queue_state* queue = nullptr;
  placed_heap<lane_state, lane_rank, &lane_state::place> lanes; ///< Those with ready jobs.
  class_state& cls_state() const;
};

struct class_state : share_class {
  key_state* key = nullptr; ///< Null unless it has limits.
  micro slots;
  bool lingering = false;
  std::uint32_t seats = 0;
};

struct class_key {
  const key_state* key = nullptr;
  micro slots;
  bool lingering = false;
  auto operator<=>(const class_key&) const = default;
};

struct member_state : share_member {
  tenant_state* tenant = nullptr;
  pool_state* pool = nullptr;
  micro served_cost;
  std::uint64_t dispatches = 0;
};

/// A grant that the queue's last report did not include.
struct outstanding_grant {
  std::uint64_t number = 0; ///< Counts this queue's grants, starting at 1.
  lane_number lane;
  std::uint32_t jobs = 0;
};

struct queue_state {
  queue_number number;
  type_state* type = nullptr;
  tenant_state* tenant = nullptr;
  bool may_run = true; ///< Not paused and below its own caps.
  std::uint64_t grants = 0;
  std::deque<outstanding_grant> outstanding;
  std::vector<std::unique_ptr<lane_state>> lanes; ///< By number. Queues reuse numbers.
  std::vector<std::unique_ptr<seat_state>> seats;

  /// Returns null if there is no lane of that number.
  const lane_state* find_lane(lane_number at) const {
    return at.value < lanes.size() ? lanes[at.value].get() : nullptr;
  }
  std::uint64_t ready() const {
    std::uint64_t jobs = 0;
    for (const auto& lane : lanes)
      jobs += lane ? lane->ready : 0;
    return jobs;
  }
};

struct key_state {
  std::string name;
  std::uint32_t id = 0;
  std::optional<key_settings> settings;
  rate_bucket bucket;
  time_point wake = never;
  bool open = true;
  std::vector<lane_state*> lanes;
  std::vector<class_state*> classes;

  bool limited() const { return settings && (settings->max_running || settings->rate); }
};

struct type_state : share_type {
  std::string name;
  std::uint32_t id = 0;
  type_settings settings;
  bool has_settings = false; ///< Its settings were set explicitly, so it is kept.
  pool_state* pool = nullptr;
  rate_bucket bucket;
  time_point wake = never;
  time_point last_asked = time_point::min();
  double expected_seconds = 1.0; ///< Moving average of the run time of one lease.
  engine::throughput throughput; ///< Of its attempts.
  bool dirty = false;
  std::map<class_key, std::unique_ptr<class_state>> classes;
  std::vector<queue_state*> queues;
  std::vector<ask_pattern*> patterns;
  std::set<std::string> paused_tenants;
};

struct tenant_state {
  std::string name;
  std::uint32_t id = 0;
  tenant_settings settings;
  bool may_run = true; ///< Below its cap. Pauses are in queue_state::may_run.
  std::vector<queue_state*> queues;
  std::vector<std::unique_ptr<member_state>> members;

  /// Returns null if the pool has no tag for the tenant.
  member_state* member_in(const pool_state& pool) const;
  /// The number of ready jobs that compete in the pool.
  std::uint64_t ready_in(const pool_state& pool) const;
};

struct pool_state {
  std::string name;
  std::uint32_t id = 0;
  pool_settings settings;
  fair_share share;
  reservation reserve;
  fairness_monitor monitor;
  engine::throughput throughput; ///< Of the pool's slots.
  std::uint64_t dispatches = 0;
  time_point all_asked = time_point::min(); ///< When an asker last asked for all types.
  bool dirty = false;                       ///< Any type may have opened.
  std::vector<type_state*> dirty_types;
  std::vector<ask_pattern*> all_type_patterns; ///< Patterns that ask for all types.
  std::vector<ask_pattern*> pending_patterns;
};

/// How far the arbiter's audit has come.
struct audit_cursor {
  enum class part : std::uint8_t { attempts, tenants, types, keys };
  part of = part::attempts;
  std::uint32_t at = 0;     ///< Index of the tenant, type or key.
  std::size_t at_queue = 0; ///< Index in the tenant's queues.
};

inline lane_rank lane_state::order() const {
  return {head_is_known() ? next[next_at].order : last.order, queue->number, number};
}
inline key_state* lane_state::limited_key() const {
  return key != nullptr && key->limited() ? key : nullptr;
}
inline class_state& seat_state::cls_state() const { return static_cast<class_state&>(*cls); }

inline member_state* tenant_state::member_in(const pool_state& pool) const {
  const auto found = std::ranges::find(members, &pool, [](const auto& m) { return m->pool; });
  return found == members.end() ? nullptr : found->get();
}
inline std::uint64_t tenant_state::ready_in(const pool_state& pool) const {
  std::uint64_t ready = 0;
  for (const queue_state* queue : queues)
    ready += queue->type->pool == &pool ? queue->ready() : 0;
  return ready;
}

/// The pointers of a vector that are not null. std::views::filter would do, but clang 14 cannot
/// compile the one of libstdc++ 12.
template <class Thing>
class things_in_use {
public:
  explicit things_in_use(const std::vector<Thing*>& slots)
      : first_(slots.data()), last_(first_ + slots.size()) {}

  class iterator {
  public:
    iterator(Thing* const* at, Thing* const* last) : at_(at), last_(last) { skip_unused(); }
    Thing* operator*() const { return *at_; }
    iterator& operator++() {
      ++at_;
      skip_unused();
      return *this;
    }
    bool operator==(const iterator& other) const { return at_ == other.at_; }

  private:
    void skip_unused() {
      at_ = std::find_if(at_, last_, [](const Thing* t) { return t != nullptr; });
    }
    Thing* const* at_;
    Thing* const* last_;
  };
  iterator begin() const { return {first_, last_}; }
  iterator end() const { return {last_, last_}; }

private:
  Thing* const* first_;
  Thing* const* last_;
};

/// Objects by name and by a dense index, which is reused after the object is removed.
template <class Thing>
class name_table {
public:
  /// Creates the object if there is none.
  Thing& get(const std::string& name) {
    auto& slot = by_name_[name];
    if (!slot) {
      slot = std::make_unique<Thing>();
      slot->name = name;
      if (free_.empty()) {
        slot->id = static_cast<std::uint32_t>(by_id_.size());
        by_id_.push_back(slot.get());
      } else {
        slot->id = free_.back();
        free_.pop_back();
        by_id_[slot->id] = slot.get();
      }
    }
    return *slot;
  }
  Thing* find(const std::string& name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : found->second.get();
  }
  /// Returns null for an unused index.
  Thing* at(std::uint32_t id) const { return id < by_id_.size() ? by_id_[id] : nullptr; }
  void drop(Thing& thing) {
    by_id_[thing.id] = nullptr;
    free_.push_back(thing.id);
    by_name_.erase(std::string{thing.name});
  }
  /// By index, with null at unused ones.
  const std::vector<Thing*>& slots() const { return by_id_; }
  /// In the order of their indices.
  things_in_use<Thing> all() const { return things_in_use<Thing>{by_id_}; }

private:
  std::unordered_map<std::string, std::unique_ptr<Thing>> by_name_;
  std::vector<Thing*> by_id_;
  std::vector<std::uint32_t> free_;
};

} // namespace rota::engine
