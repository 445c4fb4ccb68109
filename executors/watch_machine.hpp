// Watches attempts on one executor until their ends (docs/design.md, section 7).
//
//   running --ended--> fetching --its result--> settling --durable--> removing --> forgotten
//      |  ^               |                        ^
//      |  +--- no result -+                        |
//      +--gone or lost--> fencing ------fenced-----+  as lost
//
// A round is one list() over all attempts. A round follows soon after a change, and ever later
// while nothing changes; with nothing to watch there are none. Hints only trigger a check; rounds
// are authoritative.
//
// An attempt of this instance that is neither watched nor starting is an orphan: usually one that
// ended, with a crash before its removal.
#pragma once
#include "executors/machine_effects.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace rota::executors {

/// An attempt that runs, or ran.
struct watch_order {
  engine::attempt_id attempt;
  std::vector<engine::job_id> jobs;
  engine::time_point started{};
  std::optional<engine::milliseconds> timeout; ///< Of the attempt, from its start.
  engine::milliseconds grace{};                ///< From TERM to KILL.
  bool cancelled = false;
};

struct watch_limits {
  /// Interval of rounds: after a change, and at most while nothing changes.
  engine::milliseconds round_interval_min{200};
  engine::milliseconds round_interval_max{5000};
  /// How long an orphan is kept.
  engine::milliseconds orphan_after{60'000};
};

/// Counts since the machine was made.
struct watch_figures {
  std::size_t running = 0; ///< Attempts that are watched now.
  std::size_t orphans = 0; ///< Attempts that the backend has and Rota does not know, now.
  std::uint64_t polls = 0; ///< Rounds that were answered.
  std::uint64_t polls_failed = 0;
  std::uint64_t lost = 0; ///< Attempts that the backend has lost.
};

class watch_machine {
public:
  /// Consecutive rounds without an attempt after which it is fenced and lost: a backend may list an
  /// attempt late after its start, or miss it while moving it (design.md, section 7: Lost).
  static constexpr std::uint32_t missing_rounds_max = 3;
  /// Rounds after which something unknown counts as an orphan: a removed attempt may appear once
  /// more, in a round that began before (design.md, section 7: Orphans).
  static constexpr std::uint32_t orphan_rounds_min = 2;
  /// A KILL may get lost: it is sent again after this time.
  static constexpr engine::milliseconds kill_again{5000};

  explicit watch_machine(watch_limits limits)
      : limits_(limits), interval_(limits.round_interval_min) {}

  // -- effects ------------------------------------------------------------------------------------

  /// Call list(); report listed() with the number.
  struct list_call {
    std::uint64_t round = 0;
  };
  /// Call result(); report result_answered().
  struct result_call {
    engine::attempt_id attempt;
  };
  /// Record how its jobs ended; report settled().
  struct settle_ended {
    engine::attempt_id attempt;
    std::vector<engine::job_id> jobs;
    attempt_result how;
  };
  /// Record that its jobs' attempts crashed; report settled(). Nothing runs under its name any
  /// more.
  struct settle_lost {
    engine::attempt_id attempt;
  };
  using effect = std::variant<list_call, result_call, signal_call, fence_call, remove_call,
                              settle_ended, settle_lost, durable_wait, health_report>;

  /// Returns the effects in the order in which they must be carried out.
  [[nodiscard]] std::vector<effect> take_effects();

  // -- new attempts, cancels ----------------------------------------------------------------------

  /// Starts a round even if nothing is watched, to find what an earlier run left behind.
  void start_round();
  void watch(watch_order what, engine::time_point now);
  /// All jobs of the attempt are cancelled, durably.
  void cancel(engine::attempt_id attempt, engine::time_point now);

  // -- the backend's answers ----------------------------------------------------------------------

  /// Attempts that a start_machine has; ignored here.
  using attempt_set = std::set<engine::attempt_id>;

  /// The named attempt may have ended; without a name: any of them.
  void hinted(const std::string& name, const attempt_set& starting);
  void listed(std::uint64_t round, const backend_result<std::vector<listed_attempt>>& answer,
              const attempt_set& starting, engine::time_point now);
  void result_answered(engine::attempt_id attempt, backend_result<attempt_result> answer,
                       engine::time_point now);
  /// An empty error: the call succeeded.
  void answered(const signal_call& call, const std::string& error, engine::time_point now);
  void answered(const fence_call& call, const std::string& error, engine::time_point now);
  void answered(const remove_call& call, const std::string& error, engine::time_point now);

  // -- durability ---------------------------------------------------------------------------------

  /// The attempt's end is recorded, at this position.
  void settled(engine::attempt_id attempt, engine::position end);
  /// Everything up to `reached` is durable.
  void durable(engine::position reached);

  // -- time ---------------------------------------------------------------------------------------

  void tick(engine::time_point now);
  /// Returns when tick() has something to do; `never` if nothing.
  [[nodiscard]] engine::time_point next_wake() const { return next_round_at_; }

  [[nodiscard]] watch_figures figures() const;

private:
  enum class watch_step : std::uint8_t { running, fetching, fencing, settling, removing };
  /// Why it was asked to stop.
  enum class stop_reason : std::uint8_t { none, cancel, timeout };
  struct watched_attempt {
    watch_order what;
    watch_step step = watch_step::running;
    std::uint64_t first_round = 0; ///< Earlier rounds need not contain it.
    std::uint32_t missing = 0;
    stop_reason reason = stop_reason::none;
    engine::time_point next_signal_at = engine::never; ///< The timeout, then the end of the grace.
    stop_signal signal = stop_signal::terminate;       ///< The next one to send.
  };
  struct orphan {
    engine::time_point since{};
    std::uint32_t rounds = 0;
  };

  [[nodiscard]] watched_attempt* find(engine::attempt_id attempt);
  [[nodiscard]] watched_attempt* find(const std::string& name);
  void schedule_round(engine::time_point now);
  [[nodiscard]] engine::time_point next_signal_at() const;
  void send_due_signals(engine::time_point now);
  void stop(watched_attempt& attempt, engine::time_point now);
  void fetch(watched_attempt& attempt);
  void fence(watched_attempt& attempt);
  void settle(watched_attempt& attempt, effect how);
  void resume_watching(watched_attempt& attempt, const std::string& why);
  bool apply_state(watched_attempt& attempt, attempt_state what, std::uint64_t round);
  bool count_missing(const attempt_set& seen, std::uint64_t round);
  void apply_orphan(const std::string& name, attempt_state what, engine::time_point now);
  void apply_round(std::uint64_t round, const std::vector<listed_attempt>& attempts,
                   const attempt_set& starting, engine::time_point now);

  watch_limits limits_;
  std::map<engine::attempt_id, watched_attempt> watched_;
  attempt_set ended_early_; ///< Hinted at while they were starting; fetched once they are watched.
  std::map<std::string, orphan> orphans_;
  durable_waits ends_;
  std::uint64_t round_ = 0; ///< Of the latest list().
  bool round_open_ = false;
  bool round_wanted_ = false; ///< Something happened since the present list() was called.
  std::uint32_t list_failures_ = 0;
  engine::milliseconds interval_; ///< To the next round.
  engine::time_point next_round_at_ = engine::never;
  watch_figures figures_;
  std::vector<effect> effects_;
};

} // namespace rota::executors
