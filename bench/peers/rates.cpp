#include "bench/common/measure.hpp"
#include "bench/common/report.hpp"
#include "bench/common/usage.hpp"
#include "bench/peers/measurements.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace rota::bench {

namespace {

/// CPU time of a server's processes; those that have ended are left out.
double cpu_seconds_of(const peer& system) {
  double seconds = 0;
  for (const int pid : system.processes()) {
    if (std::filesystem::exists("/proc/" + std::to_string(pid)))
      seconds += usage_of(pid).cpu_seconds;
  }
  return seconds;
}

/// A system that is filled with jobs of one shape.
struct filled_system {
  peer* system;
  tenant_turns turns;
};

class rate_bench {
public:
  rate_bench(const peers_options& options, const peer_shape& shape, const stop_signal& stop)
      : options_(options), shape_(shape), stop_(stop) {}

  /// Measurements made before a failure stay in `results`.
  void run(const std::vector<std::unique_ptr<peer>>& systems, peers_results& results) {
    for (const auto& system : systems)
      prepare(*system);
    const auto first = results.rates.size();
    for (const auto connections : options_.connections) {
      for (const auto& one : filled_systems_)
        results.rates.push_back(
            {one.system->traits(), {shape_.tenants, connections, shape_.batch}, {}, {}, {}, {}});
    }
    for (std::size_t round = 0; round < options_.rounds; ++round)
      run_round(round,
                {results.rates.begin() + static_cast<std::ptrdiff_t>(first), results.rates.end()});
  }

private:
  /// Starts and fills the system if it takes part.
  void prepare(peer& system) {
    if (!system.traits().takes(shape_))
      return;
    system.prepare(shape_);
    auto& one = filled_systems_.emplace_back(filled_system{&system, {}});
    fill(system, shape_, one.turns, waiting_requests());
  }

  /// `results` has, for each number of connections, one for each system.
  void run_round(std::size_t round, std::span<rate_result> results) {
    for (std::size_t i = 0; i < results.size(); ++i) {
      auto& result = results[i];
      await_quiet(stop_);
      measure(filled_systems_[i % filled_systems_.size()], result);
      std::fprintf(stderr,
                   "  round %zu: %s, %u tenants, %zu connections, batches of %zu: %s jobs/s\n",
                   round + 1, result.system.name.c_str(), shape_.tenants, result.cell.connections,
                   shape_.batch, with_commas(result.cycle.back()).c_str());
    }
  }

  /// As many tenants as possible have a batch waiting.
  [[nodiscard]] std::uint64_t waiting_requests() const {
    return std::min<std::uint64_t>(shape_.tenants,
                                   std::max<std::size_t>(1, options_.backlog / shape_.batch));
  }

  /// Takes out what is pushed beyond the backlog, so that the next measurement starts from the same
  /// state.
  void measure(filled_system& one, rate_result& result) {
    const auto time = as_time(options_.seconds);
    std::uint64_t beyond = 0;
    {
      const auto load = one.system->open(result.cell.connections, shape_.batch, one.turns);
      const double used = cpu_seconds_of(*one.system);
      const auto cycled = load->run(peer_work::cycle, {time});
      const auto jobs = static_cast<double>(cycled.taken);
      result.cycle.push_back(jobs / cycled.seconds);
      result.server_us.push_back((cpu_seconds_of(*one.system) - used) * 1e6 / jobs);
      const auto pushed = load->run(peer_work::push, {time, options_.pushed_jobs_max});
      result.push.push_back(static_cast<double>(pushed.pushed) / pushed.seconds);
      beyond = cycled.pushed - cycled.taken + pushed.pushed;
      const auto taken = load->run(peer_work::take, {time, beyond});
      result.take.push_back(static_cast<double>(taken.taken) / taken.seconds);
      beyond -= taken.taken;
    }
    drain(*one.system, shape_, one.turns, beyond);
  }

  const peers_options& options_;
  peer_shape shape_;
  const stop_signal& stop_;
  std::vector<filled_system> filled_systems_;
};

} // namespace

void measure_rates(const peers_options& options, const system_paths& paths, const stop_signal& stop,
                   peers_results& results) {
  const auto systems = make_systems(options.systems, paths, stop);
  for (const auto tenants : options.tenants) {
    for (const auto batch : options.batches)
      rate_bench(options, {tenants, batch}, stop).run(systems, results);
  }
}

} // namespace rota::bench
