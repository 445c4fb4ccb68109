#include "bench/sim/trace.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace rota::bench {
namespace {

/// A column's name, and its value in a job; in the order of swf_column.
struct column_traits {
  std::string_view name;
  std::int64_t swf_job::*value;
};
constexpr std::array<column_traits, 5> columns{{{"user", &swf_job::user},
                                                {"group", &swf_job::group},
                                                {"executable", &swf_job::executable},
                                                {"queue", &swf_job::queue},
                                                {"partition", &swf_job::partition}}};

const column_traits& traits_of(swf_column column) {
  return columns[static_cast<std::size_t>(column)];
}

/// The name of the tenant or type for a job's value in this column.
std::string name_of(const swf_job& job, swf_column column) {
  const auto value = job.*traits_of(column).value;
  return std::string{to_text(column)} + '-' + (value < 0 ? "unknown" : std::to_string(value));
}

engine::micro slots_for(const swf_job& job, const trace_mapping& mapping) {
  if (mapping.slots == slots_from::one || job.processors < 1)
    return engine::micro::of(1);
  const auto slots_max = engine::quantity_from(mapping.executor_slots).value();
  return std::min(engine::micro::of(job.processors), slots_max);
}

} // namespace

std::string_view to_text(swf_column column) { return traits_of(column).name; }

std::string_view to_text(slots_from slots) { return slots == slots_from::one ? "one" : "procs"; }

workload workload_of_trace(const swf_log& log, const trace_mapping& mapping) {
  workload work;
  work.settings.executors[simulated_pool] = {
      "simulated", engine::quantity_from(mapping.executor_slots), {}};
  name_numbers tenants;
  name_numbers types;
  std::vector<std::string> type_names;
  for (const auto& recorded : log.jobs)
    work.jobs.push_back({
        .arrives = from_seconds(recorded.submit_s - log.jobs.front().submit_s),
        .runs = from_seconds(recorded.run_s),
        .tenant = tenants.number_of(name_of(recorded, mapping.tenant), work.tenants),
        .type = types.number_of(name_of(recorded, mapping.type), type_names),
        .slots = slots_for(recorded, mapping),
    });
  for (const auto& name : type_names) {
    work.types.push_back({.name = name});
    work.settings.types[name].executor = engine::executor_choice{simulated_pool, {}};
  }
  return work;
}

} // namespace rota::bench
