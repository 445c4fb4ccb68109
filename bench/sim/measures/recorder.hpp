// Records the events of a simulation and computes its results.
#pragma once
#include "bench/common/measure.hpp"
#include "bench/sim/measures/estimate_meter.hpp"
#include "bench/sim/measures/share_meter.hpp"
#include "bench/sim/results.hpp"
#include "bench/sim/workload.hpp"
#include "wire/commands.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace rota::bench {

class recorder {
public:
  /// `work` must outlive the recorder. Times are relative to `begin`.
  recorder(const workload& work, engine::time_point begin);

  /// Records the id of an accepted job. May be called after the first events of the job.
  void pushed(std::size_t job, engine::job_id id);
  void refused() { ++refused_; }
  /// Records the explanation of a job.
  void explained(std::size_t job, engine::time_point now, const actors::explain_reply& reply);
  /// Records a change of a job's state; call in the order of the changes.
  void changed(const actors::job_event& event);
  /// Records a job's state after a restart, which may have hidden changes.
  void found(const actors::job_view& job, engine::time_point now);
  /// Jobs that were pushed and are not known to have ended.
  [[nodiscard]] std::vector<engine::job_id> open_jobs() const;
  /// The first change that the table of states does not allow; empty if there was none.
  [[nodiscard]] const std::string& violation() const { return violation_; }
  /// Records an attempt that started at `at` and holds its slots until `until`.
  void ran(const std::vector<std::size_t>& jobs, engine::time_point at, engine::time_point until);

  /// Records the fairness so far.
  void sample(engine::time_point at, const engine::fairness_gap& fairness);

  [[nodiscard]] std::size_t ended() const { return ended_; }
  /// Call once all jobs have ended. `fairness` is the arbiter's reading.
  [[nodiscard]] sim_result result(std::string policy, engine::fairness_gap fairness) const;

private:
  struct progress {
    std::optional<engine::job_state> state;
    engine::time_point first_start = engine::never;
    engine::time_point end{};
  };
  void change(engine::job_id id, std::size_t tenant, engine::job_state to, engine::time_point at);
  [[nodiscard]] std::vector<sim_job_times> all_jobs() const;
  void add_times(sim_result& result) const;

  const workload& work_;
  engine::time_point begin_;
  std::unordered_map<std::string, std::size_t> tenants_;
  std::unordered_map<engine::serial, progress> progress_of_;
  std::vector<engine::job_id> ids_; ///< Indexed like workload::jobs.
  std::vector<sim_attempt> attempts_;
  share_meter shares_;
  estimate_meter estimates_;
  std::size_t ended_ = 0;
  std::size_t refused_ = 0;
  std::string violation_;
  std::vector<fairness_sample> samples_;
};

} // namespace rota::bench
