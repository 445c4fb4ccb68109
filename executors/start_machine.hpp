// Starts attempts on one executor (docs/design.md, section 7).
//
//   granted --intent durable--> calling --started--> handed over to the watch_machine
//                                  |  ^
//             temporary failure    v  |  the pause is over
//                                pausing
//
//   refused                                   --> given up: settled as the job's failure
//   cancelled while it failed --> fencing     --> given up: released, once it is fenced
//   cancelled before the first start()        --> given up: released
//
//   given up --the settlement is durable--> removed from the backend --> forgotten
//
// start() is called under the attempt's name, so that repeating it never starts it twice.
#pragma once
#include "engine/ids.hpp"
#include "executors/machine_effects.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace rota::executors {

/// Counts since the machine was made.
struct start_figures {
  std::size_t starting = 0;         ///< Attempts that are starting now.
  std::uint64_t starts = 0;         ///< The backend's answers: these three by kind.
  std::uint64_t starts_refused = 0; ///< Permanent failures; the job's fault.
  std::uint64_t starts_failed = 0;  ///< Temporary failures, which are retried.
};

class start_machine {
public:
  /// Maximum number of starting attempts. It limits the calls that a slow backend has to answer and
  /// the starts to repeat after a crash; running attempts are limited by the executor's slots alone
  /// (design.md, section 7: Limits).
  static constexpr std::size_t starts_max = 32;
  /// Pauses between tries of a start that fails temporarily: short at first, as most such failures
  /// are short, then growing, to spare a backend that is down.
  static constexpr engine::milliseconds start_pause_min{100};
  static constexpr engine::milliseconds start_pause_max{30'000};
  /// An ask that was closed without a turn means that the daemon drains: no turn will come soon.
  static constexpr engine::milliseconds ask_pause{1000};

  // -- effects ------------------------------------------------------------------------------------

  /// Ask the arbiter for `turns` turns. Report each by granted() or not_granted(), and their number
  /// by ask_closed().
  struct turns_ask {
    std::uint32_t turns = 0;
  };
  struct withdraw_asks {};
  /// Call start(); report start_answered().
  struct start_call {
    engine::attempt_id attempt;
  };
  /// Record that it runs. No answer is needed.
  struct settle_started {
    engine::attempt_id attempt;
    started how;
  };
  /// Record that its jobs failed to start; report settled().
  struct settle_refused {
    engine::attempt_id attempt;
    std::string why;
    bool retryable = false;
  };
  /// Record that its jobs never ran, so that their requested cancel is applied; report settled().
  struct settle_released {
    engine::attempt_id attempt;
  };
  /// Pass the attempt to the watch_machine.
  struct hand_over {
    engine::attempt_id attempt;
    engine::time_point started{};
    bool cancelled = false;
  };
  /// Pass on the durable cancel of an attempt that was handed over earlier.
  struct forward_cancel {
    engine::attempt_id attempt;
  };
  /// A given up attempt was removed from the backend, or is an orphan there: forget it.
  struct attempt_removed {
    engine::attempt_id attempt;
  };
  using effect = std::variant<turns_ask, withdraw_asks, durable_wait, start_call, fence_call,
                              remove_call, settle_started, settle_refused, settle_released,
                              hand_over, forward_cancel, attempt_removed, health_report>;

  /// Returns the effects in the order in which they must be carried out.
  [[nodiscard]] std::vector<effect> take_effects();

  // -- asking for turns ---------------------------------------------------------------------------

  /// The number of slots is known: asks for turns now and from now on.
  void slots_known();
  /// The executor was removed: stops asking. Attempts in progress continue.
  void dismiss();
  void ask_closed(std::uint32_t grants, engine::time_point now);
  /// Adds a granted turn, an attempt with `jobs` jobs. Its intent is the position of its `starting`
  /// event.
  void granted(engine::attempt_id attempt, std::size_t jobs, engine::position intent);
  /// A turn whose jobs were cancelled meanwhile.
  void not_granted();

  // -- starting -----------------------------------------------------------------------------------

  /// Adds an attempt that was `starting` when the daemon ended; the backend may or may not have it.
  /// No turns are asked for until all adopted attempts have been started or given up.
  void adopt(engine::attempt_id attempt, std::size_t jobs, bool cancelled);
  void start_answered(engine::attempt_id attempt, start_result answer, engine::time_point now);
  /// All jobs of the attempt are cancelled; acted on once position `cancel` is durable.
  void cancel(engine::attempt_id attempt, engine::position cancel);
  /// An empty error: the call succeeded.
  void answered(const fence_call& call, const std::string& error, engine::time_point now);
  void answered(const remove_call& call, const std::string& error);
  /// The end of a given up attempt is recorded, at this position.
  void settled(engine::attempt_id attempt, engine::position end);
  /// Everything up to `reached` is durable.
  void durable(engine::position reached);

  // -- time ---------------------------------------------------------------------------------------

  void tick(engine::time_point now);
  /// Returns when tick() has something to do; `never` if nothing.
  [[nodiscard]] engine::time_point next_wake() const;

  [[nodiscard]] start_figures figures() const;

private:
  enum class start_step : std::uint8_t { granted, calling, pausing, fencing };
  struct starting_attempt {
    start_step step = start_step::granted;
    std::size_t jobs = 0;
    bool adopted = false;
    bool cancelled = false;
    std::uint32_t failures = 0;
    engine::time_point retry_at = engine::never; ///< While pausing.
  };
  using attempt_map = std::map<engine::attempt_id, starting_attempt>;

  void ask_for_turns();
  void proceed(attempt_map::iterator which);
  void fence(attempt_map::iterator which);
  void pause(starting_attempt& attempt, std::string why, engine::time_point now);
  void apply_cancel(engine::attempt_id attempt);
  void refuse(attempt_map::iterator which, std::string why);
  void release(attempt_map::iterator which);
  void remove_starting(attempt_map::iterator which);
  [[nodiscard]] std::size_t turns_in_use() const;

  attempt_map starting_;
  std::set<engine::attempt_id> given_up_;
  durable_waits intents_;
  durable_waits cancels_;
  durable_waits ends_;      ///< Of those given up.
  std::size_t adopted_ = 0; ///< Adopted attempts that are still starting.
  bool slots_known_ = false;
  bool dismissed_ = false;
  bool asking_ = false;
  engine::time_point next_ask_at_ = engine::never; ///< No ask is made before this time.
  std::int64_t turns_expected_ = 0; ///< Granted turns that no queue has answered yet.
  start_figures figures_;
  std::vector<effect> effects_;
};

} // namespace rota::executors
