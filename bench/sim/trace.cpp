#include "bench/sim/trace.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <string>

namespace rota::bench {
namespace {

std::int64_t value_in(const swf_job& job, swf_column column) {
  switch (column) {
  case swf_column::user: return job.user;
  case swf_column::group: return job.group;
  case swf_column::executable: return job.executable;
  case swf_column::queue: return job.queue;
  case swf_column::partition: return job.partition;
  }
  return -1;
}

/// Numbers the values of a column in order of appearance, and names them.
class numbered_names {
public:
  explicit numbered_names(swf_column column) : column_(column) {}
  /// Calls `add` with the name of each new value.
  template <class Add>
  std::uint32_t place_of(const swf_job& job, Add&& add) {
    const auto value = value_in(job, column_);
    const auto [found, is_new] = places_.emplace(value, static_cast<std::uint32_t>(places_.size()));
    if (is_new)
      add(std::string{to_text(column_)} + '-' + (value < 0 ? "unknown" : std::to_string(value)));
    return found->second;
  }

private:
  swf_column column_;
  std::map<std::int64_t, std::uint32_t> places_;
};

engine::micro slots_for(const swf_job& job, const trace_mapping& mapping) {
  if (mapping.slots == slots_from::one || job.processors < 1)
    return engine::micro::of(1);
  const auto slots_max = engine::quantity_from(mapping.executor_slots).value();
  return std::min(engine::micro::of(job.processors), slots_max);
}

} // namespace

std::string_view to_text(swf_column column) {
  switch (column) {
  case swf_column::user: return "user";
  case swf_column::group: return "group";
  case swf_column::executable: return "executable";
  case swf_column::queue: return "queue";
  case swf_column::partition: return "partition";
  }
  return {};
}

std::string_view to_text(slots_from slots) { return slots == slots_from::one ? "one" : "procs"; }

workload workload_of_trace(const swf_log& log, const trace_mapping& mapping) {
  workload work;
  work.settings.executors[simulated_pool] = {
      "simulated", engine::quantity_from(mapping.executor_slots), {}};
  numbered_names tenants{mapping.tenant};
  numbered_names types{mapping.type};
  for (const auto& recorded : log.jobs) {
    sim_job job;
    job.arrives = from_seconds(recorded.submit_s - log.jobs.front().submit_s);
    job.runs = from_seconds(recorded.run_s);
    job.tenant = tenants.place_of(
        recorded, [&](std::string name) { work.tenants.push_back(std::move(name)); });
    job.type = types.place_of(recorded, [&](std::string name) {
      work.settings.types[name].executor = engine::executor_choice{simulated_pool, {}};
      work.types.push_back({.name = std::move(name)});
    });
    job.slots = slots_for(recorded, mapping);
    work.jobs.push_back(job);
  }
  return work;
}

} // namespace rota::bench
