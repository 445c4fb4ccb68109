#include "bench/sim/what_if/recorded_workload.hpp"

#include "bench/sim/what_if/recorded_attempts.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

namespace rota::bench {
namespace {

class workload_builder {
public:
  workload_builder(const recording& all, const std::string& pool, double slots)
      : all_(all), pool_(pool), slots_(engine::quantity_from(slots).value()) {
    keys_.number_of("", no_names_);
  }

  recorded_workload build() {
    const auto runs = run_times_of(all_);
    since_us_ = first_arrival();
    for (std::size_t i = 0; i < all_.jobs.size(); ++i) {
      if (pool_of(all_, all_.jobs[i].type) != pool_ || runs.us[i] < 0) {
        ++out_.left_out;
        continue;
      }
      add(all_.jobs[i], runs.us[i]);
      out_.guessed += runs.guessed[i] != 0 ? 1 : 0;
    }
    add_settings();
    std::stable_sort(out_.work.jobs.begin(), out_.work.jobs.end(),
                     [](const auto& a, const auto& b) { return a.arrives < b.arrives; });
    return std::move(out_);
  }

private:
  std::int64_t first_arrival() const {
    auto first_us = std::numeric_limits<std::int64_t>::max();
    for (const auto& job : all_.jobs)
      if (pool_of(all_, job.type) == pool_)
        first_us = std::min(first_us, job.arrived_us);
    return first_us;
  }

  void add(const recorded_job& job, std::int64_t runs_us) {
    auto& work = out_.work;
    const auto tenant = tenants_.number_of(job.tenant, work.tenants);
    work.jobs.push_back({.arrives = engine::duration{job.arrived_us - since_us_},
                         .runs = engine::duration{runs_us},
                         .tenant = tenant,
                         .type = types_.number_of(job.type, type_names_),
                         .slots = std::min(job.slots, slots_),
                         .cost = job.cost,
                         .priority = job.priority,
                         .key = keys_.number_of(job.concurrency_key, work.keys)});
    out_.waits_s.resize(work.tenants.size());
    if (job.began_once)
      out_.waits_s[tenant].push_back(static_cast<double>(job.started_us - job.arrived_us) / 1e6);
  }

  /// In a daemon, limits hold across all pools; a simulation has only one.
  void add_settings() {
    auto& set = out_.work.settings;
    set.executors[simulated_pool] = {"simulated", slots_, {}};
    if (const auto found = all_.settings.pools.find(pool_); found != all_.settings.pools.end())
      set.pools[simulated_pool] = found->second;
    set.pools[simulated_pool].slots.reset(); // The executor has them.
    set.keys = all_.settings.keys;
    set.tenants = all_.settings.tenants;
    for (auto& [name, tenant] : set.tenants)
      tenant.paused = false;
    for (const auto& name : type_names_) {
      out_.work.types.push_back({.name = name});
      auto& type = set.types[name];
      if (const auto found = all_.settings.types.find(name); found != all_.settings.types.end())
        type = found->second;
      type.executor = engine::executor_choice{simulated_pool, {}};
      type.paused = false;
    }
  }

  const recording& all_;
  const std::string& pool_;
  engine::micro slots_;
  std::int64_t since_us_ = 0;
  recorded_workload out_;
  name_numbers tenants_;
  name_numbers types_;
  name_numbers keys_;
  std::vector<std::string> type_names_;
  std::vector<std::string> no_names_;
};

} // namespace

std::string busiest_pool(const recording& all) {
  std::map<std::string, std::size_t> jobs;
  for (const auto& job : all.jobs)
    ++jobs[pool_of(all, job.type)];
  const auto most = std::max_element(
      jobs.begin(), jobs.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == jobs.end() ? engine::default_pool : most->first;
}

double slots_of(const recording& all, const std::string& pool) {
  if (const auto reported = all.executor_slots.find(pool); reported != all.executor_slots.end())
    return reported->second;
  if (const auto set = all.settings.pools.find(pool);
      set != all.settings.pools.end() && set->second.slots)
    return set->second.slots->as_double();
  std::vector<std::pair<std::int64_t, double>> changes;
  for (const auto& jobs : attempts_of(all)) {
    const auto& first = all.jobs[jobs.front()];
    if (pool_of(all, first.type) != pool)
      continue;
    auto ended_us = first.ended_us;
    for (const auto job : jobs)
      ended_us = std::max(ended_us, all.jobs[job].ended_us);
    changes.emplace_back(first.started_us, first.slots.as_double());
    changes.emplace_back(ended_us, -first.slots.as_double());
  }
  std::sort(changes.begin(), changes.end());
  double used = 0;
  double most = 1;
  for (const auto& [at, by] : changes)
    most = std::max(most, used += by);
  return most;
}

recorded_workload workload_of_recording(const recording& all, const std::string& pool,
                                        double slots) {
  return workload_builder{all, pool, slots}.build();
}

} // namespace rota::bench
