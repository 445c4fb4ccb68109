#include "bench/common/measure.hpp"
#include "bench/common/report.hpp"
#include "bench/common/usage.hpp"
#include "bench/peers/measurements.hpp"

#include <chrono>
#include <cstdio>

namespace rota::bench {

namespace {

using clock = std::chrono::steady_clock;

constexpr peer_shape shape{1000, 100};
constexpr auto settle_timeout = std::chrono::seconds(5);
constexpr auto pop_time_max = std::chrono::seconds(20);

struct footprint {
  double memory = 0;
  double disk = 0;
};

footprint footprint_of(const peer& system, const std::filesystem::path& folder) {
  return {static_cast<double>(memory_of(system.processes())),
          static_cast<double>(disk_of(folder / system.traits().name))};
}

peer_depth_result measure_depth(peer& system, std::size_t depth, std::size_t samples,
                                const std::filesystem::path& folder, const stop_signal& stop) {
  peer_depth_result result{.system = system.traits(), .depth = depth};
  const auto jobs = static_cast<double>(depth);
  tenant_turns turns;
  system.prepare(shape);
  await_quiet(stop, settle_timeout);
  const auto empty = footprint_of(system, folder);
  const auto begin = clock::now();
  fill(system, shape, turns, depth / shape.batch);
  result.fill_per_second = jobs / seconds_since(begin);
  await_quiet(stop, settle_timeout);
  const auto full = footprint_of(system, folder);
  result.memory_bytes = (full.memory - empty.memory) / jobs;
  result.disk_bytes = (full.disk - empty.disk) / jobs;
  const auto cycled = system.open(1, 1, turns)->run(peer_work::cycle, {pop_time_max, samples});
  result.pop_p50_ms = cycled.pop_ms.percentile(0.5);
  result.pop_p99_ms = cycled.pop_ms.percentile(0.99);
  result.restart_s = system.restart();
  return result;
}

} // namespace

void measure_depths(const peers_options& options, const system_paths& paths,
                    const stop_signal& stop, peers_results& results) {
  for (const auto& name : options.systems) {
    double rate = 0;
    for (const auto depth : options.depths) {
      const double seconds = rate > 0 ? static_cast<double>(depth) / rate : 0;
      const auto jobs = with_commas(depth);
      if (seconds > options.fill_seconds) {
        std::fprintf(stderr, "  %s: %s jobs left out: pushing them would take %.0f s\n",
                     name.c_str(), jobs.c_str(), seconds);
        continue;
      }
      for (const auto& system : make_systems({name}, paths, stop)) {
        if (!system->traits().takes({shape.tenants, 1}))
          continue;
        std::fprintf(stderr, "  %s: %s jobs waiting\n", name.c_str(), jobs.c_str());
        results.depths.push_back(
            measure_depth(*system, depth, options.samples, paths.folder, stop));
        rate = results.depths.back().fill_per_second;
      }
    }
  }
}

} // namespace rota::bench
