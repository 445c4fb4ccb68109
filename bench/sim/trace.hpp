// A log of the Standard Workload Format as the input of a simulation.
#pragma once
#include "bench/common/swf.hpp"
#include "bench/sim/workload.hpp"

#include <cstdint>
#include <string_view>

namespace rota::bench {

/// What of a recorded job stands for its tenant or type.
enum class swf_column : std::uint8_t { user, group, executable, queue, partition };
enum class slots_from : std::uint8_t { one, procs };

struct trace_mapping {
  swf_column tenant = swf_column::user;
  swf_column type = swf_column::partition;
  slots_from slots = slots_from::one;
  double executor_slots = 1;
};

/// The word of the command line.
[[nodiscard]] std::string_view to_text(swf_column column);
[[nodiscard]] std::string_view to_text(slots_from slots);

/// Jobs arrive and run as they were recorded. A job that takes more slots than there are takes all.
[[nodiscard]] workload workload_of_trace(const swf_log& log, const trace_mapping& mapping);

} // namespace rota::bench
