// A log in the Standard Workload Format as the workload of a simulation.
#pragma once
#include "bench/common/swf.hpp"
#include "bench/sim/workload.hpp"

#include <cstdint>
#include <string_view>

namespace rota::bench {

/// The column that is used as a job's tenant or type.
enum class swf_column : std::uint8_t { user, group, executable, queue, partition };
enum class slots_from : std::uint8_t { one, procs };

struct trace_mapping {
  swf_column tenant = swf_column::user;
  swf_column type = swf_column::partition;
  slots_from slots = slots_from::one;
  double executor_slots = 1;
};

/// The name on the command line.
[[nodiscard]] std::string_view to_text(swf_column column);
[[nodiscard]] std::string_view to_text(slots_from slots);

/// Jobs arrive and run as recorded. A job that needs more slots than exist takes all of them.
[[nodiscard]] workload workload_of_trace(const swf_log& log, const trace_mapping& mapping);

} // namespace rota::bench
