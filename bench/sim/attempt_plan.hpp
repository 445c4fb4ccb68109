// Plans the attempts of a simulation for the simulated executor.
#pragma once
#include "bench/sim/workload.hpp"
#include "executors/simulated/simulated_executor.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace rota::bench {

/// The payload of a job: its index in workload::jobs.
[[nodiscard]] std::string payload_of(std::size_t job);
/// The jobs of an attempt, from their payloads.
[[nodiscard]] std::vector<std::size_t> jobs_of(const executors::start_order& order);

/// An attempt takes its type's overhead and then the run times of its jobs, one after another.
/// Failures and deaths are drawn from seed, job and try, so they do not depend on the order of
/// service. `running` is the number of attempts of the type that already run; see sim_type::capacity.
[[nodiscard]] executors::simulated_run plan_attempt(const workload& work, std::uint64_t seed,
                                                    const executors::start_order& order,
                                                    std::size_t running);

} // namespace rota::bench
