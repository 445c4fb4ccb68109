// How the attempts of a simulation go: what the simulated executor is told of each.
#pragma once
#include "bench/sim/workload.hpp"
#include "executors/simulated/simulated_executor.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace rota::bench {

/// The payload of a job: its place in workload::jobs.
[[nodiscard]] std::string payload_of(std::size_t job);
/// The jobs of an attempt, by their payloads.
[[nodiscard]] std::vector<std::size_t> jobs_of(const executors::start_order& order);

/// The attempt takes its type's overhead and then its jobs' run times, one after another. Failures and
/// deaths are drawn by seed, job and try, so they don't depend on who was served when. `beside`: how many
/// attempts of the type run already, see sim_type::fits.
[[nodiscard]] executors::simulated_run plan_attempt(const workload& work, std::uint64_t seed,
                                                    const executors::start_order& order,
                                                    std::size_t beside);

} // namespace rota::bench
