#include "bench/sim/scenario.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace rota::bench {
namespace {

/// Start numbers of the random streams, far enough apart that they do not overlap.
constexpr std::uint64_t arrivals_stream = std::uint64_t{1} << 32;
constexpr std::uint64_t faults_stream = std::uint64_t{2} << 32;

/// Calls add(seconds) for each arrival before `until`.
template <class Add>
void poisson(double from_s, double until_s, double per_hour, draws& chance, Add&& add) {
  if (per_hour <= 0)
    return;
  const double mean_s = 3600 / per_hour;
  for (double t = from_s + chance.exponential(mean_s); t < until_s; t += chance.exponential(mean_s))
    add(t);
}

template <class Add>
void each_arrival(const arrival_rule& rule, double lasts_s, draws& chance, Add&& add) {
  const double until_s = rule.to_s > 0 ? std::min(rule.to_s, lasts_s) : lasts_s;
  const auto burst = [&](double at_s) {
    for (std::int64_t i = 0; i < rule.jobs; ++i)
      add(at_s);
  };
  switch (rule.process) {
  case arrival_process::poisson: poisson(rule.from_s, until_s, rule.per_hour, chance, add); break;
  case arrival_process::bursts:
    for (double t = rule.from_s; t < until_s; t += rule.every_s)
      burst(t);
    break;
  case arrival_process::on_off:
    for (double t = rule.from_s; t < until_s;) {
      const double off_at = t + chance.exponential(rule.on_s);
      poisson(t, std::min(off_at, until_s), rule.per_hour, chance, add);
      t = off_at + chance.exponential(rule.off_s);
    }
    break;
  case arrival_process::flood: burst(rule.at_s); break;
  }
}

class workload_generator {
public:
  workload_generator(const scenario& what, std::uint64_t seed) : what_(what), seed_(seed) {}

  workload draw() {
    settings();
    for (const auto& tenant : what_.tenants)
      for (std::int64_t i = 1; i <= tenant.count; ++i)
        add_tenant(tenant, tenant.count > 1 ? tenant.name + '-' + std::to_string(i) : tenant.name);
    std::stable_sort(out_.jobs.begin(), out_.jobs.end(),
                     [](const auto& a, const auto& b) { return a.arrives < b.arrives; });
    faults();
    return std::move(out_);
  }

private:
  void settings() {
    out_.settings.executors[simulated_pool] = {"simulated", engine::quantity_from(what_.slots), {}};
    out_.settings.pools[simulated_pool] = what_.pool;
    for (const auto& key : what_.keys)
      out_.settings.keys[key.name] = key.settings;
    for (const auto& type : what_.types) {
      types_.emplace(type.name, static_cast<std::uint32_t>(out_.types.size()));
      out_.types.push_back({type.name, from_seconds(type.overhead_s), type.failure_rate,
                            type.death_rate, static_cast<std::uint32_t>(type.capacity),
                            type.overload_failure_rate});
      auto& settings = out_.settings.types[type.name] = type.settings;
      settings.executor = engine::executor_choice{simulated_pool, {}};
    }
  }

  void add_tenant(const scenario_tenant& tenant, const std::string& name) {
    const auto number = static_cast<std::uint32_t>(out_.tenants.size());
    out_.tenants.push_back(name);
    out_.settings.tenants[name] = tenant.settings;
    for (const auto& rule : tenant.arrivals) {
      draws chance{seed_, arrivals_stream + streams_++};
      const auto type = types_.at(rule.type);
      const auto key = key_at(rule.concurrency_key);
      each_arrival(rule, what_.lasts_s, chance, [&](double at_s) {
        if (out_.jobs.size() == scenario_jobs_max)
          throw scenario_error("/tenants", "push more than ten million jobs");
        out_.jobs.push_back({.arrives = from_seconds(at_s),
                             .runs = from_seconds(what_.types[type].runs.draw(chance)),
                             .tenant = number,
                             .type = type,
                             .slots = engine::quantity_from(rule.slots).value(),
                             .cost = engine::quantity_from(rule.cost).value(),
                             .priority = rule.priority,
                             .key = key});
      });
    }
  }

  std::uint32_t key_at(const std::string& name) {
    const auto found = std::find(out_.keys.begin(), out_.keys.end(), name);
    const auto place = static_cast<std::uint32_t>(found - out_.keys.begin());
    if (found == out_.keys.end())
      out_.keys.push_back(name);
    return place;
  }

  void faults() {
    std::uint64_t stream = faults_stream;
    for (const auto& fault : what_.faults) {
      draws chance{seed_, stream++};
      const auto add = [&](double at_s) {
        out_.faults.push_back({fault.kind, from_seconds(at_s), from_seconds(fault.for_s),
                               static_cast<std::size_t>(fault.count), fault.crash});
      };
      if (fault.every_s > 0)
        poisson(fault.at_s, what_.lasts_s, 3600 / fault.every_s, chance, add);
      else
        add(fault.at_s);
    }
    std::stable_sort(out_.faults.begin(), out_.faults.end(),
                     [](const auto& a, const auto& b) { return a.at < b.at; });
  }

  const scenario& what_;
  std::uint64_t seed_;
  std::uint64_t streams_ = 0;
  workload out_;
  std::map<std::string, std::uint32_t> types_;
};

} // namespace

double time_distribution::draw(draws& chance) const {
  switch (shape) {
  case time_shape::constant: return value_s;
  case time_shape::exponential: return chance.exponential(mean_s);
  case time_shape::uniform: return chance.uniform(from_s, to_s);
  case time_shape::lognormal: return median_s * std::exp(sigma * chance.normal());
  }
  return 0;
}

workload workload_of(const scenario& what, std::uint64_t seed) {
  return workload_generator{what, seed}.draw();
}

} // namespace rota::bench
