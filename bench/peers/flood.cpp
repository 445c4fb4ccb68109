#include "bench/peers/measurements.hpp"
#include "tests/model/pair_gaps.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <optional>
#include <stdexcept>

namespace rota::bench {

namespace {

constexpr std::uint32_t tenants = 10;
constexpr std::uint32_t flooder = 0;
constexpr std::size_t flood_batch = 100;
constexpr std::size_t flood_jobs = 2000;
/// Enough that a tenant that was just served still has a job waiting.
constexpr std::size_t trickle_jobs = 2;
constexpr std::size_t jobs_taken = 1000;
constexpr auto timeout = std::chrono::seconds(60);

/// Waits for the request in flight on the only connection; returns the number of its jobs.
std::size_t await(peer_clients& clients) {
  std::optional<std::size_t> jobs;
  while (!jobs) {
    if (!clients.poll(timeout, [&](std::size_t, std::size_t done) { jobs = done; }))
      throw std::runtime_error("no request was answered within a minute");
  }
  return *jobs;
}

void push(peer_clients& clients, std::uint32_t tenant) {
  clients.push(0, tenant);
  static_cast<void>(await(clients));
}

/// One request at a time, so that the waiting jobs at each pop are known exactly.
class flood_run {
public:
  explicit flood_run(peer& system) : system_(system), gaps_(std::vector<double>(tenants, 1)) {}

  flood_result run() {
    push_flood();
    const auto clients = system_.connect(1, 1);
    for (std::uint32_t tenant = 0; tenant < tenants; ++tenant) {
      gaps_.set_compared(tenant, true);
      for (std::size_t job = 0; tenant != flooder && job < trickle_jobs; ++job)
        push(*clients, tenant);
    }
    flood_result result{system_.traits(), {}, 0, 0};
    for (std::size_t job = 0; job < jobs_taken;) {
      if (const auto tenant = pop(*clients)) {
        ++job;
        result.flood_share += *tenant == flooder ? 1.0 / jobs_taken : 0;
      }
    }
    result.fairness = gaps_.worst();
    result.longest_wait = longest_wait_;
    return result;
  }

private:
  void push_flood() {
    const auto clients = system_.connect(1, flood_batch);
    for (std::size_t jobs = 0; jobs < flood_jobs; jobs += flood_batch)
      push(*clients, flooder);
  }

  /// Takes a job and, unless it is the flooder's, pushes another one for its tenant. Returns the
  /// tenant.
  std::optional<std::uint32_t> pop(peer_clients& clients) {
    clients.pop(0, turn_);
    turn_ = (turn_ + 1) % tenants;
    if (await(clients) == 0)
      return std::nullopt;
    const auto tenant = clients.tenants(0).at(0);
    clients.complete(0);
    static_cast<void>(await(clients));
    record(tenant);
    if (tenant != flooder)
      push(clients, tenant);
    return tenant;
  }

  void record(std::uint32_t served) {
    gaps_.dispatched(served, 1);
    for (std::uint32_t tenant = 0; tenant < tenants; ++tenant) {
      waits_.at(tenant) = tenant == served ? 0 : waits_.at(tenant) + 1;
      longest_wait_ = std::max(longest_wait_, waits_.at(tenant));
    }
  }

  peer& system_;
  model::pair_gaps gaps_;
  std::uint32_t turn_ = 0;
  std::array<std::size_t, tenants> waits_{}; ///< Other tenants' jobs since the tenant's last one.
  std::size_t longest_wait_ = 0;
};

} // namespace

void measure_flood(const peers_options& options, const system_paths& paths, const stop_signal& stop,
                   peers_results& results) {
  for (const auto& system : make_systems(options.systems, paths, stop)) {
    if (system->traits().batch_min > 1)
      continue;
    std::fprintf(stderr, "  %s under a flood\n", system->traits().name.c_str());
    system->prepare({tenants, flood_batch});
    if (system->connect(1, 1) != nullptr)
      results.floods.push_back(flood_run(*system).run());
  }
}

} // namespace rota::bench
