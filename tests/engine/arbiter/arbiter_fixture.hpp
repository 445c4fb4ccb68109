// A fixture for arbiter tests: queues that answer at once, and names instead of numbers.
#pragma once
#include "engine/arbiter/arbiter.hpp"
#include "tests/model/return_watch.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace rota::engine::test {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A turn in a form that tests can compare.
struct given_turn {
  std::string type;
  std::string tenant;
  serial attempt;
  std::uint32_t jobs = 0;
  ask_id ask;
  fairness_mark mark;
};

/// A queue's lane as a plain list of jobs.
struct job_lane {
  std::shared_ptr<const lane_traits> traits;
  std::deque<upcoming_job> jobs;
  time_point linger_until{};
  bool changed = false; ///< Since its last report; for queues that report changed lanes only.

  lane_report report(std::uint32_t number) const {
    lane_report r{{number}, traits};
    r.ready = static_cast<std::uint32_t>(jobs.size());
    r.ready_since = from_us(jobs.empty() ? 0 : jobs.front().order);
    r.linger_until = linger_until;
    r.next_count = static_cast<std::uint8_t>(std::min(jobs.size(), upcoming_max));
    std::copy_n(jobs.begin(), r.next_count, r.next.begin());
    r.uniform = std::ranges::all_of(
        jobs, [&](const upcoming_job& job) { return job.cost == jobs.front().cost; });
    return r;
  }
  /// Removes the first jobs, at most this number; returns their number and cost.
  std::pair<std::uint32_t, micro> take(std::size_t most) {
    const auto end = jobs.begin() + static_cast<std::ptrdiff_t>(std::min(most, jobs.size()));
    micro cost;
    std::for_each(jobs.begin(), end, [&](const upcoming_job& job) { cost += job.cost; });
    const auto taken = static_cast<std::uint32_t>(end - jobs.begin());
    jobs.erase(jobs.begin(), end);
    return {taken, cost};
  }
};

/// The lane with these traits, added if necessary.
inline job_lane& lane_of(std::vector<job_lane>& lanes, const lane_traits& traits) {
  const auto found =
      std::ranges::find_if(lanes, [&](const job_lane& l) { return *l.traits == traits; });
  if (found != lanes.end())
    return *found;
  lanes.emplace_back().traits = std::make_shared<const lane_traits>(traits);
  return lanes.back();
}

class arbiter_fixture {
public:
  serial_source serials{1};
  arbiter a{serials};
  time_point now = from_us(1'000'000'000);

  struct queue {
    std::string type;
    std::string tenant;
    std::vector<job_lane> lanes;
    std::uint64_t seen = 0;
  };
  std::map<std::uint32_t, queue> queues;
  std::vector<ask_closed> closed;
  bool answers = true; ///< False: queues do not answer grants.

  queue_number number_of(const std::string& type, const std::string& tenant) {
    for (const auto& [n, q] : queues) {
      if (q.type == type && q.tenant == tenant)
        return {n};
    }
    const queue_number n{static_cast<std::uint32_t>(queues.size() + 1)};
    queues[n.value] = queue{type, tenant, {}, 0};
    a.open_queue(n, type, tenant);
    return n;
  }

  /// Each applies the default settings after `change(settings)`.
  void set_type(const std::string& name, auto&& change) {
    a.set_type(name, changed<type_settings>(change), now);
  }
  void set_tenant(const std::string& name, auto&& change) {
    a.set_tenant(name, changed<tenant_settings>(change));
  }
  void set_pool(auto&& change) { a.set_pool(default_pool, changed<pool_settings>(change)); }
  void set_key(const std::string& name, auto&& change) {
    a.set_key(name, changed<key_settings>(change), now);
  }

  /// Pushes jobs of one lane. Order keys increase from push to push.
  void push(const std::string& type, const std::string& tenant, int jobs,
            const lane_traits& traits = {}, micro cost = micro::of(1), time_point linger = {}) {
    job_lane& lane = lane_of(queues[number_of(type, tenant).value].lanes, traits);
    for (int i = 0; i < jobs; ++i)
      lane.jobs.push_back({++order_, cost});
    lane.linger_until = linger;
    report(type, tenant);
  }

  /// Cancels a lane's waiting jobs.
  void cancel(const std::string& type, const std::string& tenant, std::size_t lane_at = 0) {
    queues[number_of(type, tenant).value].lanes[lane_at].jobs.clear();
  }

  void report(const std::string& type, const std::string& tenant) {
    const queue_number n = number_of(type, tenant);
    queue& q = queues[n.value];
    queue_report report;
    report.grants_seen = q.seen;
    for (std::uint32_t i = 0; i < q.lanes.size(); ++i)
      report.lanes.push_back(q.lanes[i].report(i));
    a.report(n, report, now);
  }

  /// Takes the effects of one step; queues take what they were granted and report at once.
  std::vector<given_turn> step() {
    const arbiter_effects effects = a.take_effects(now);
    closed.insert(closed.end(), effects.closed.begin(), effects.closed.end());
    std::vector<given_turn> out;
    for (const grant& g : effects.grants) {
      queue& q = queues[g.queue.value];
      out.push_back({q.type, q.tenant, g.attempt, g.jobs, g.ask, g.mark});
      if (!answers)
        continue;
      ++q.seen;
      const auto [taken, cost] = q.lanes[g.lane.value].take(g.jobs);
      a.took(g.attempt, taken, cost, now);
      report(q.type, q.tenant);
      out.back().jobs = taken;
    }
    return out;
  }

  std::vector<given_turn> pop(std::uint32_t leases = 1, std::vector<std::string> types = {},
                              std::uint32_t max_jobs = 1, time_point wait_until = {},
                              const std::string& pool = default_pool) {
    ask what;
    what.id = {++asks_};
    what.pool = pool;
    what.types = std::move(types);
    what.leases = leases;
    what.max_jobs = max_jobs;
    what.wait_until = wait_until;
    a.ask_for(what, now);
    return step();
  }

  /// The tenants in the order of their turns, one lease each, ended at once.
  std::string turns(int leases, const std::vector<std::string>& types = {}) {
    std::string order;
    for (int i = 0; i < leases; ++i) {
      for (const given_turn& h : pop(1, types)) {
        order += order.empty() ? h.tenant : " " + h.tenant;
        end(h);
      }
    }
    return order;
  }

  void end(const given_turn& h, duration ran = {}) { a.freed(h.attempt, ran, now); }

  wait_reason why(const std::string& type, const std::string& tenant, std::size_t position = 1,
                  std::uint32_t lane_at = 0) {
    return a.explain(number_of(type, tenant), {lane_at}, position, now).reason;
  }

  /// The number of attempts in flight.
  std::uint32_t running_of_type(const std::string& type) const {
    census found{0};
    while (!a.census_step(found, 1000, now)) {
    }
    for (const type_census& t : found.types) {
      if (t.type == type)
        return t.in_flight;
    }
    return 0;
  }
  std::vector<tenant_share> shares(const std::string& pool = default_pool) const {
    return model::shares_of(a, pool);
  }
  std::uint32_t running_of_tenant(const std::string& tenant) const {
    std::uint32_t running = 0;
    for (const pool_view& pool : a.pools()) {
      for (const tenant_share& share : shares(pool.pool))
        running += share.tenant == tenant ? share.in_flight : 0;
    }
    return running;
  }
  /// The least limit that permits one more attempt, minus one. Removes the key's settings.
  std::uint32_t running_of_key(const std::string& key) {
    std::vector<job_lane> lanes;
    lane_of(lanes, {key, micro::of(1), 1, ""}).jobs.emplace_back();
    const queue_report waiting{0, {lanes[0].report(0)}};
    const queue_number probe{1'000'000};
    a.open_queue(probe, "probe", "probe");
    a.report(probe, waiting, now);
    key_settings limit;
    limit.max_running = 0;
    do {
      ++*limit.max_running;
      a.set_key(key, limit, now);
    } while (a.explain(probe, {0}, 1, now).reason == wait_reason::key_limit);
    a.set_key(key, std::nullopt, now);
    a.close_queue(probe);
    return *limit.max_running - 1;
  }

  ask_id last_ask() const { return {asks_}; }

private:
  template <class Settings>
  static Settings changed(auto& change) {
    Settings settings;
    change(settings);
    return settings;
  }

  order_key order_ = 0;
  std::uint64_t asks_ = 0;
};

inline lane_traits with_key(const std::string& key) { return {key, micro::of(1), 1, ""}; }
inline lane_traits with_slots(double slots) { return {"", *quantity_from(slots), 1, ""}; }
inline lane_traits with_batch(std::uint32_t most, const std::string& batch_key = "") {
  return {"", micro::of(1), most, batch_key};
}

} // namespace rota::engine::test
