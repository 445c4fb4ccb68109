// A naive world around the start machine and the watch machine: queues that record, a journal that
// commits now and then, a backend whose calls are late, fail and get lost, and crashes of the
// daemon. It has the true state and what was reported to the machines, and throws world_error if a
// machine acts without a reason. A seed always plays the same run.
#pragma once
#include "executors/start_machine.hpp"
#include "executors/watch_machine.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace rota::tests {

struct world_error : std::logic_error {
  using std::logic_error::logic_error;
};

/// The faults of a run.
struct world_shape {
  std::uint64_t seed = 1;
  int slots = 60;
  int slow_percent = 0; ///< Chance that a backend call makes no progress in a step.
  bool crashes = true;  ///< Of the daemon.
  bool failures = true; ///< Calls fail, with or without effect, and answers are late.
  bool refusals = true;
  bool vanishing = true; ///< The backend forgets or loses attempts.
  bool late_lists = true;
  bool cancels = true;
  bool timeouts = true;
  bool strangers = true; ///< Attempts of an earlier life that no queue has.
  bool dismissals = true;
};

class attempt_world {
public:
  explicit attempt_world(const world_shape& shape);
  /// Makes one random thing happen.
  void step();
  /// From now on, the backend works and nothing new arrives: everything must end.
  void settle_down();

  /// Counts of what happened, so that a test can check that it did.
  struct totals {
    int starts = 0, ended = 0, lost = 0, refused = 0, released = 0, terms = 0, kills = 0,
        orphans_removed = 0, crashes = 0, adopted = 0, most_starting = 0;
    totals& operator+=(const totals& more);
  };
  [[nodiscard]] const totals& seen() const { return totals_; }

private:
  using attempt_id = engine::attempt_id;
  using time_point = engine::time_point;
  using milliseconds = engine::milliseconds;
  using position = engine::position;
  using start_machine = executors::start_machine;
  using watch_machine = executors::watch_machine;

  /// A queue's record of an attempt; a crash removes what is not durable. 0: not recorded.
  struct record {
    std::size_t jobs = 1;
    std::optional<milliseconds> timeout;
    position intent, started, cancel, end;
    time_point started_at{};
  };
  /// The backend's state of an attempt.
  struct run {
    time_point started{};
    time_point ends{};
    std::optional<milliseconds> stops_in; ///< After TERM; nothing: it ignores TERM.
    bool fenced = false;
    bool lost = false;
    int hidden_lists = 0; ///< Number of further lists without it.
  };
  /// The reports to the machines in this life of the daemon.
  struct knowledge {
    bool in_hand = false; ///< In the start machine.
    bool watched = false;
    bool start_is_called = false;
    bool started = false;
    bool refused = false;
    bool has_result = false;
    bool fenced = false;
    bool seen_lost = false;
    int missing = 0; ///< Consecutive rounds without it since it is watched.
    std::uint64_t watched_since_round = 0;
    std::optional<time_point> term_at, kill_at;
  };
  struct stranger_rounds {
    time_point since{};
    int rounds = 0;
  };

  std::uint64_t pick(std::uint64_t below) { return random_() % below; }
  bool chance(int percent) { return pick(100) < static_cast<std::uint64_t>(percent); }
  bool fails() { return shape_.failures && !calm_ && chance(15); }
  template <class Fact>
  void require(Fact&& fact, const std::string& rule, const std::string& whose = {}) const {
    if (!fact)
      fail(rule, whose);
  }
  [[noreturn]] void fail(const std::string& rule, const std::string& whose) const;

  // -- events (attempt_world.cpp)
  void begin_life();
  void crash();
  void pass_time(milliseconds by);
  void grant();
  void close_ask();
  void cancel_one();
  void commit();
  void hint();
  void vanish_one();
  void add_stranger();
  bool deliver_one();
  void deliver_all();
  void grant_again();
  [[nodiscard]] bool all_is_quiet() const;
  [[nodiscard]] time_point next_event() const;
  record* find(attempt_id id);
  record* find(const std::string& name);
  [[nodiscard]] std::vector<attempt_id> living() const;
  [[nodiscard]] std::size_t in_hand() const;
  position next_position() { return {++last_.value}; }
  [[nodiscard]] bool is_durable(position p) const { return p.value > 0 && p <= durable_; }

  // -- the backend (attempt_world_backend.cpp)
  executors::start_result start(const std::string& name);
  std::vector<executors::listed_attempt> list();
  executors::backend_result<executors::attempt_result> result(const std::string& name);
  void carry_out(const executors::signal_call& call);
  void carry_out(const executors::fence_call& call);
  void carry_out(const executors::remove_call& call);
  [[nodiscard]] bool ended(const run& r) const { return r.fenced || r.ends <= now_; }

  // -- effects and their preconditions (attempt_world_effects.cpp)
  void perform();
  template <class Effects>
  bool perform_all(Effects effects);
  void on(start_machine::turns_ask& e);
  void on(start_machine::withdraw_asks& e);
  void on(start_machine::start_call& e);
  void on(start_machine::settle_started& e);
  void on(start_machine::settle_refused& e);
  void on(start_machine::settle_released& e);
  void on(start_machine::hand_over& e);
  void on(start_machine::forward_cancel& e);
  void on(start_machine::attempt_removed& e);
  void on(watch_machine::list_call& e);
  void on(watch_machine::result_call& e);
  void on(watch_machine::settle_ended& e);
  void on(watch_machine::settle_lost& e);
  void on(executors::durable_wait& e);
  void on(executors::signal_call& e);
  void on(executors::fence_call& e);
  void on(executors::remove_call& e);
  void on(executors::health_report&) {}
  template <class Call>
  void make(Call call, bool by_starter);
  void is_removed(const std::string& name, bool really);
  void check_stopped(const record& r, const watch_machine::settle_ended& e) const;
  void check_signal(const executors::signal_call& e);
  void check_watchers_fence(const std::string& name);
  void check_stranger(const std::string& name);
  void end_attempt(attempt_id id, bool by_starter);
  void starting_ends(attempt_id id);
  void apply_rules_to_round(std::uint64_t round,
                            const std::vector<executors::listed_attempt>& seen);

  world_shape shape_;
  std::mt19937_64 random_;
  bool calm_ = false;
  time_point calm_since_{};
  int grants_again_ = 0; ///< Attempts granted only so that there are rounds.
  time_point now_ = engine::from_us(1'700'000'000'000'000);
  totals totals_;

  // the daemon's state, lost in a crash
  std::unique_ptr<start_machine> starts_;
  std::unique_ptr<watch_machine> watches_;
  bool starter_acts_ = false; ///< The machine whose effects are carried out.
  std::set<attempt_id> starting_;
  std::map<attempt_id, knowledge> known_;
  std::map<std::string, stranger_rounds> strangers_;
  std::uint64_t rounds_ = 0;
  std::optional<std::uint32_t> ask_; ///< Turns that the open ask still wants.
  std::uint32_t ask_grants_ = 0;
  std::size_t grants_on_way_ = 0;
  bool dismissed_ = false;
  std::deque<std::function<void()>> from_queues_, to_watcher_; ///< Delivered in order,
  std::vector<std::function<void()>> messages_;                ///< these in any order.
  std::vector<std::pair<bool, position>> waits_;               ///< True: for the start machine.

  // state that survives a crash
  std::map<attempt_id, record> records_;
  position last_, durable_;
  std::uint64_t next_serial_ = 0;
  std::uint64_t life_ = 0;
  std::vector<std::function<void()>> calls_; ///< In flight to the backend.
  std::map<std::string, run> runs_;
  std::set<std::string> ever_ran_, start_called_, refused_, really_gone_;
};

} // namespace rota::tests
