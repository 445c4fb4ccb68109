// An executor that runs nothing: attempts end by a plan, on any given clock. For load simulations
// and tests; a daemon can have one to try out limits.
#pragma once
#include "executors/executor.hpp"
#include "system/thread_safety.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <utility>

namespace rota::executors {

/// The plan of an attempt.
struct simulated_run {
  engine::duration runs{}; ///< Time until it ends by itself.
  attempt_result
      how; ///< Its times are set by the executor; its jobs' times are relative to its start.
  engine::duration stop_delay{}; ///< After TERM; negative: never. KILL is immediate.
  /// Time until its keeper dies: it no longer runs, and its end is unknown.
  std::optional<engine::duration> lost_after = {};
};

/// Makes the plan from the job's payload: {"run_ms", "exit_code", "signal", "output", "stop_ms"}.
/// Missing members are drawn from the attempt's name (in a batch from the job's): 1 to 100 ms, exit
/// code 0. The jobs of a batch run one after the other, each by its own payload.
[[nodiscard]] simulated_run run_of_payload(const start_order& order);

/// Injected faults, for tests. Each counts down.
struct simulated_faults {
  std::size_t starts_fail = 0; ///< Temporary failure; nothing was started.
  std::size_t starts_lost = 0; ///< Temporary failure although it was started: the answer was lost.
  std::size_t starts_refused = 0;
  std::size_t lists_fail = 0;
  std::size_t fences_fail = 0;
  std::set<std::string> results_fail = {}; ///< By name; not counted down.
};

class simulated_executor final : public executor {
public:
  using clock = std::function<engine::time_point()>;
  using planner = std::function<simulated_run(const start_order&)>;
  simulated_executor(clock now, planner plan, std::optional<double> slots = {});

  std::optional<double> capacity() override;
  start_result start(const start_order& order) override;
  backend_result<std::vector<listed_attempt>> list() override;
  backend_result<attempt_result> result(const std::string& name) override;
  backend_result<void> signal(const std::string& name, stop_signal what) override;
  backend_result<void> fence(const std::string& name) override;
  backend_result<void> remove(const std::string& name) override;
  backend_result<std::optional<output_piece>> output(const std::string& name, output_stream stream,
                                                     std::uint64_t offset,
                                                     std::size_t limit) override;
  void on_hint(std::function<void(const std::string& name)> hint) override;

  // -- for tests and simulations ------------------------------------------------------------------

  /// Replaces the faults that are injected from now on.
  void set_faults(simulated_faults faults);
  simulated_faults faults() const; ///< Those that are left.
  /// Makes the backend forget an attempt: it only remembers that it ran.
  void forget(const std::string& name);
  /// Simulates the death of its keeper: it no longer runs, and its end is unknown.
  void lose(const std::string& name);
  /// Sends hints for the attempts that have ended.
  void send_hints();
  /// Returns when the next attempt ends by itself or is lost; `never` if none runs.
  engine::time_point next_end() const;

  struct totals {
    std::size_t runs = 0;         ///< Attempts that ever began.
    std::size_t running = 0;      ///< Now.
    std::size_t most_running = 0; ///< At any time.
    std::size_t twice = 0;        ///< Began again under a name that already ran: must stay 0.
    std::size_t lists = 0;
    std::size_t fences = 0;
  };
  totals seen() const;
  bool is_running(const std::string& name) const;
  std::vector<std::string> running() const; ///< Names, ordered by their ends.

private:
  struct attempt {
    simulated_run plan;
    engine::time_point started{};
    engine::time_point ends{};
    engine::time_point lost_at = engine::never;
    bool fenced = false;
  };
  bool ended(const attempt& a) const { return a.ends <= now_(); }
  bool lost(const attempt& a) const { return a.lost_at <= now_() && a.lost_at < a.ends; }
  /// When it leaves live_.
  static engine::time_point leaves_at(const attempt& a) { return std::min(a.ends, a.lost_at); }
  /// Applies `how` to the attempt, if there is one; keeps live_ consistent.
  void change(const std::string& name, const std::function<void(attempt&)>& how)
      ROTA_REQUIRES(mutex_);
  void collect_ended() ROTA_REQUIRES(mutex_);
  void erase(const std::string& name) ROTA_REQUIRES(mutex_);
  void count_running() ROTA_REQUIRES(mutex_);

  clock now_;
  planner plan_;
  std::optional<double> slots_;
  mutable system::mutex mutex_;
  std::map<std::string, attempt> attempts_ ROTA_GUARDED_BY(mutex_);
  /// Ordered by leaves_at().
  std::set<std::pair<engine::time_point, std::string>> live_ ROTA_GUARDED_BY(mutex_);
  std::set<std::string> to_hint_ ROTA_GUARDED_BY(mutex_); ///< No longer live, and not yet hinted.
  std::set<std::string> ever_ran_ ROTA_GUARDED_BY(mutex_);
  std::set<std::string> forgotten_ ROTA_GUARDED_BY(mutex_);
  simulated_faults faults_ ROTA_GUARDED_BY(mutex_);
  totals seen_ ROTA_GUARDED_BY(mutex_);
  std::function<void(const std::string& name)> hint_ ROTA_GUARDED_BY(mutex_);
};

/// Uses the machine's clock and the payloads' plans.
std::unique_ptr<executor> make_simulated_executor(const executor_setup& place);

} // namespace rota::executors
