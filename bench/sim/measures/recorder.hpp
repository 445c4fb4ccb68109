// Keeps what happens in a simulation, and works out its results.
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
  /// `work` must outlive it. Times are counted from `begin`.
  recorder(const workload& work, engine::time_point begin);

  /// The push was taken: this is the job's id. May come after its first events.
  void pushed(std::size_t job, engine::job_id id);
  void refused() { ++refused_; }
  /// What explain told of a job.
  void explained(std::size_t job, engine::time_point now, const actors::explain_reply& told);
  /// A job's change of state, in the order in which they happen.
  void changed(const actors::job_event& event);
  /// How a job stands after a restart, which may have hidden changes.
  void found(const actors::job_view& job, engine::time_point now);
  /// Jobs that were pushed and haven't ended, as far as it is known.
  [[nodiscard]] std::vector<engine::job_id> unended() const;
  /// The first change that the table of states doesn't know; empty: none.
  [[nodiscard]] const std::string& complaint() const { return complaint_; }
  /// An attempt that was started at `at` and holds its slots until `until`.
  void ran(const std::vector<std::size_t>& jobs, engine::time_point at, engine::time_point until);

  /// Notes how fair it was so far.
  void sample(engine::time_point at, const fairness_reading& fairness);

  [[nodiscard]] std::size_t ended() const { return ended_; }
  /// `fairness` comes from the arbiter. Once all jobs have ended.
  [[nodiscard]] sim_result result(std::string policy, fairness_reading fairness) const;

private:
  struct life {
    std::optional<engine::job_state> state;
    engine::time_point first_start = engine::never;
    engine::time_point end{};
  };
  void change(engine::job_id id, std::size_t tenant, engine::job_state to, engine::time_point at);
  [[nodiscard]] std::vector<sim_life> lives() const;
  void add_times(sim_result& result) const;

  const workload& work_;
  engine::time_point begin_;
  std::unordered_map<std::string, std::size_t> tenants_;
  std::unordered_map<engine::serial, life> lives_;
  std::vector<engine::job_id> ids_; ///< By workload::jobs.
  std::vector<sim_attempt> attempts_;
  share_meter shares_;
  estimate_meter estimates_;
  std::size_t ended_ = 0;
  std::size_t refused_ = 0;
  std::string complaint_;
  std::vector<fairness_sample> samples_;
};

} // namespace rota::bench
