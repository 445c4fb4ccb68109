// A naive model of the arbiter's knowledge: what queues reported, what is in flight, which limits
// hold. The possible turns are recomputed each time by a full scan. Other policies choose from
// them; the choices of engine::arbiter are measured and checked with them.
#pragma once
#include "engine/arbiter/arbiter.hpp"
#include "engine/arbiter/rate_bucket.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace rota::model {

/// A possible turn: the jobs at the head of a tenant's first open lane.
struct possible_turn {
  std::string tenant;
  double weight = 1;
  engine::order_key order = 0; ///< Of the first job.
  engine::queue_number queue;
  engine::lane_number lane;
  std::uint32_t jobs = 1;
  engine::micro cost;
  /// The next job is unknown until the queue reports.
  bool unread = false;
};

struct live_tenant {
  std::string name;
  /// Some of its work is under a shared limit, so its share may be relative to a time that lags
  /// behind the pool's.
  bool in_frames = false;
  std::string only_type = {}; ///< Of all its live work; empty if there are several.
  std::string only_class =
      {}; ///< Type, limited key and slots, if none of it lingers; empty if there are several.
};

class turn_model {
public:
  // -- inputs (see engine/arbiter/arbiter.hpp) ----------------------------------------------------

  void set_type(const std::string& name, const engine::type_settings& settings,
                engine::time_point now);
  void set_tenant(const std::string& name, const engine::tenant_settings& settings);
  void set_pool(const std::string& name, const engine::pool_settings& settings) {
    pools_[name] = settings;
  }
  void set_key(const std::string& name, const std::optional<engine::key_settings>& settings,
               engine::time_point now);
  void pause(const std::string& type, const std::string& tenant, bool on);
  void drain(bool on) { draining_ = on; }

  void open_queue(engine::queue_number number, const std::string& type, const std::string& tenant);
  void close_queue(engine::queue_number number);
  void report(engine::queue_number number, const engine::queue_report& report);
  /// Records a grant.
  void granted(const engine::grant& what, engine::time_point now);
  /// Records what a grant took; with 0 jobs the grant is undone.
  void took(engine::serial attempt, std::uint32_t jobs);
  void freed(engine::serial attempt);
  void restore_attempt(engine::queue_number queue, engine::serial attempt,
                       const engine::lane_traits& traits);
  void restore_type_rate(const std::string& type, engine::time_point arrival);
  void restore_key_rate(const std::string& key, engine::time_point arrival) {
    keys_[key].bucket.restore(arrival);
  }

  // -- reading ------------------------------------------------------------------------------------

  /// The turns that the ask could get now, one per tenant, in the order of the tenants' names.
  /// O(all ready lanes).
  [[nodiscard]] std::vector<possible_turn> possible_turns(const engine::ask& ask,
                                                          engine::time_point now) const;
  /// The tenants with work that no pause and none of their own limits blocks, in the order of their
  /// names.
  [[nodiscard]] std::vector<live_tenant> live_tenants(engine::time_point now) const;
  /// Whether the type is asked for and below its limits.
  [[nodiscard]] bool takes_part(const std::string& type, const engine::ask& ask,
                                engine::time_point now) const;
  /// Whether a lane that could be served has been granted all jobs known of it, so that its turn
  /// may wait for its queue's report.
  [[nodiscard]] bool awaits_report(const engine::ask& ask, engine::time_point now) const;
  /// The same for any lane that the ask wants: a later turn of the same step may have made it wait
  /// for its report.
  [[nodiscard]] bool may_await_report(const engine::ask& ask) const;
  /// The number of jobs that a turn from the lane takes.
  [[nodiscard]] std::uint32_t turn_size(engine::queue_number queue, engine::lane_number lane,
                                        std::uint32_t max_jobs) const;
  /// Whether the queue has ready jobs in the lane.
  [[nodiscard]] bool has(engine::queue_number queue, engine::lane_number lane) const;
  /// The next time at which more may become possible by time alone; `never` if there is none.
  [[nodiscard]] engine::time_point next_change(engine::time_point now) const;
  /// The first of the attempt's limits that is exceeded, as a sentence; nothing if all hold.
  [[nodiscard]] std::optional<std::string> limit_exceeded_by(engine::serial attempt) const;
  [[nodiscard]] const std::string& type_of(engine::serial attempt) const {
    return loads_.at(attempt).of_type->name;
  }
  [[nodiscard]] const std::string& key_of(engine::serial attempt) const {
    return loads_.at(attempt).key;
  }
  [[nodiscard]] const std::string& tenant_of(engine::serial attempt) const {
    return loads_.at(attempt).of_tenant->name;
  }
  [[nodiscard]] std::size_t in_flight() const { return loads_.size(); }
  [[nodiscard]] bool key_in_use(const std::string& key) const;
  [[nodiscard]] double weight_of(const std::string& tenant) const;

private:
  struct lane {
    std::shared_ptr<const engine::lane_traits> traits;
    std::uint32_t ready = 0;
    engine::time_point linger_until{};
    bool uniform = true;
    std::uint8_t taken = 0; ///< Number of jobs of `next` that were taken.
    std::uint8_t known = 0;
    std::array<engine::upcoming_job, engine::upcoming_max> next{};
    engine::upcoming_job last;

    [[nodiscard]] bool has_next() const { return taken < known; }
    /// The next job or, if it is unknown, the last known one.
    [[nodiscard]] const engine::upcoming_job& head() const {
      return has_next() ? next[taken] : last;
    }
  };
  struct tenant {
    std::string name;
    std::size_t number = 0; ///< In the order of first appearance.
    engine::tenant_settings settings;
    std::uint32_t running = 0;
  };
  struct type {
    std::string name;
    std::size_t number = 0;
    engine::type_settings settings;
    engine::rate_bucket bucket;
    std::uint32_t running = 0;
    std::map<const tenant*, std::uint32_t> running_of;
    [[nodiscard]] std::uint32_t running_for(const tenant& who) const {
      const auto found = running_of.find(&who);
      return found == running_of.end() ? 0 : found->second;
    }
  };
  struct key {
    std::optional<engine::key_settings> settings;
    engine::rate_bucket bucket;
    std::uint32_t running = 0;
  };
  struct queue {
    engine::queue_number number;
    type* of_type = nullptr;
    tenant* of_tenant = nullptr;
    std::map<engine::lane_number, lane> lanes; ///< Those with ready jobs.
    struct grant {
      std::uint64_t number = 0;
      engine::lane_number lane;
      std::uint32_t jobs = 0;
    };
    std::deque<grant> unseen; ///< Grants that its reports do not include yet.
    std::uint64_t grants = 0;
    bool paused = false;
  };
  /// The resources of a grant or attempt. It may outlive its queue in the model, because queues can
  /// leave and join again.
  struct load {
    type* of_type = nullptr;
    tenant* of_tenant = nullptr;
    std::string key;
    engine::micro slots;
    engine::rate_bucket::receipt type_token;
    engine::rate_bucket::receipt key_token;
  };

  queue& queue_at(engine::queue_number number) { return queues_.at(number); }
  static void consume(lane& from, std::uint32_t jobs);
  void count(const load& what, int by);
  [[nodiscard]] std::optional<engine::micro> free_slots(const std::string& pool) const;
  [[nodiscard]] bool is_under_shared_limits(const queue& q) const;
  [[nodiscard]] bool type_is_open(const type& t, const engine::ask& ask,
                                  engine::time_point now) const;
  /// Whether each type is open, indexed by its number.
  [[nodiscard]] std::vector<char> open_types(const engine::ask& ask, engine::time_point now) const;
  [[nodiscard]] static bool queue_is_open(const queue& q);
  void update_ready(queue& q);
  [[nodiscard]] std::string class_of(const queue& q, const lane& l) const;
  [[nodiscard]] bool lane_is_open(const lane& l, const engine::ask& ask,
                                  const std::optional<engine::micro>& free,
                                  engine::time_point now) const;
  [[nodiscard]] static possible_turn turn_of(const queue& q, engine::lane_number number,
                                             const lane& l, std::uint32_t max_jobs);

  std::map<std::string, type> types_;
  std::map<std::string, tenant> tenants_;
  std::map<std::string, key> keys_;
  std::map<std::string, engine::pool_settings> pools_;
  std::map<std::string, engine::micro> slots_used_; ///< By pool.
  std::set<std::pair<std::string, std::string>> paused_;
  std::map<engine::queue_number, queue> queues_;
  std::vector<queue*> ready_; ///< Queues with lanes, by number.
  std::unordered_map<engine::serial, load> loads_;
  bool draining_ = false;
};

} // namespace rota::model
