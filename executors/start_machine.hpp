// The rules by which attempts are started on one executor (docs/design.md, section 7).
//
//   granted --intent durable--> calling --started--> handed over to the watch_machine
//                                  |  ^
//             failed in passing    v  |  the pause is over
//                                pausing
//
//   refused                                   --> given up: settled as the job's failure
//   cancelled while it failed --> fencing     --> given up: released, once it is fenced
//   cancelled before the first start()        --> given up: released
//
//   given up --the settlement is durable--> removed from the backend --> left
//
// start() is called under the attempt's name, so that calling it again never starts it twice.
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

/// What the machine has counted since it was made.
struct start_figures {
  std::size_t starting = 0;         ///< Attempts on their way to running, now.
  std::uint64_t starts = 0;         ///< Answers of the backend: these three by how.
  std::uint64_t starts_refused = 0; ///< For good; the job's failure.
  std::uint64_t starts_failed = 0;  ///< In passing; tried again.
};

class start_machine {
public:
  /// Attempts on their way at a time. It bounds the calls that a slow backend has to answer, and what has to be
  /// started again after a crash; what an executor runs is limited by its slots alone (design.md, section 7: Limits).
  static constexpr std::size_t starts_max = 32;
  /// Between tries of a start that fails in passing: soon, as most such failures are short, then ever later, so that
  /// a backend that is down isn't flooded.
  static constexpr engine::milliseconds start_pause_min{100};
  static constexpr engine::milliseconds start_pause_max{30'000};
  /// An ask that was closed without a turn means that the daemon drains: nothing will come soon.
  static constexpr engine::milliseconds ask_pause{1000};

  // -- effects --------------------------------------------------------------------------------------

  /// Ask the arbiter for so many turns. Each comes by granted() or not_granted(), and ask_closed() says how many.
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
  /// Record that its jobs have failed to start; report settled().
  struct settle_refused {
    engine::attempt_id attempt;
    std::string why;
    bool retryable = false;
  };
  /// Record that its jobs were never run; report settled(). They were to be cancelled, and so they are.
  struct settle_released {
    engine::attempt_id attempt;
  };
  /// The watch_machine has it from now on.
  struct hand_over {
    engine::attempt_id attempt;
    engine::time_point started{};
    bool cancelled = false;
  };
  /// A cancel, which is durable, of an attempt that was handed over before.
  struct pass_on_cancel {
    engine::attempt_id attempt;
  };
  /// A given up attempt is out of the backend, or an orphan there.
  struct left {
    engine::attempt_id attempt;
  };
  using effect = std::variant<turns_ask, withdraw_asks, durable_wait, start_call, fence_call,
                              remove_call, settle_started, settle_refused, settle_released,
                              hand_over, pass_on_cancel, left, trouble>;

  /// In the order in which they are to be carried out.
  [[nodiscard]] std::vector<effect> take_effects();

  // -- asking for turns -----------------------------------------------------------------------------

  /// It is known for how many slots to ask: asks, now and from now on.
  void slots_known();
  /// The executor was removed: asks no more. What is on its way goes on.
  void dismiss();
  void ask_closed(std::uint32_t grants, engine::time_point now);
  /// A turn, as an attempt with so many jobs. Its intent is the event that says `starting`.
  void granted(engine::attempt_id attempt, std::size_t jobs, engine::position intent);
  /// A turn whose jobs had just gone.
  void not_granted();

  // -- starting -------------------------------------------------------------------------------------

  /// An attempt that was `starting` when the daemon ended: whether it is in the backend isn't known. Nothing new is
  /// asked for until all adopted ones have been started or given up.
  void adopt(engine::attempt_id attempt, std::size_t jobs, bool cancelled);
  void start_answered(engine::attempt_id attempt, start_result answer, engine::time_point now);
  /// All jobs of the attempt are to be cancelled; acted on once `cancel` is durable.
  void cancel(engine::attempt_id attempt, engine::position cancel);
  /// An empty error: it worked.
  void answered(const fence_call& call, const std::string& error, engine::time_point now);
  void answered(const remove_call& call, const std::string& error);
  /// A given up attempt is recorded as such, at this position.
  void settled(engine::attempt_id attempt, engine::position end);
  /// Everything up to there is durable.
  void durable(engine::position reached);

  // -- time -----------------------------------------------------------------------------------------

  void tick(engine::time_point now);
  /// When tick() will have something to do; `never` if nothing.
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
    engine::time_point again_at = engine::never; ///< While pausing.
  };
  using attempt_map = std::map<engine::attempt_id, starting_attempt>;

  void ask_if_there_is_room();
  void go_on(attempt_map::iterator which);
  void call_fence(attempt_map::iterator which);
  void pause(starting_attempt& attempt, std::string why, engine::time_point now);
  void cancel_durable(engine::attempt_id attempt);
  void refuse(attempt_map::iterator which, std::string why);
  void release(attempt_map::iterator which);
  void take_out(attempt_map::iterator which);
  [[nodiscard]] std::size_t busy() const;

  attempt_map starting_;
  std::set<engine::attempt_id> given_up_;
  durable_waits intents_;
  durable_waits cancels_;
  durable_waits ends_;      ///< Of those given up.
  std::size_t adopted_ = 0; ///< Of those that are starting.
  bool may_ask_ = false;
  bool dismissed_ = false;
  bool asking_ = false;
  engine::time_point asks_again_at_ = engine::never; ///< While that lies ahead, no ask is made.
  std::int64_t coming_ = 0; ///< Turns that the arbiter granted and that no queue has answered yet.
  start_figures figures_;
  std::vector<effect> effects_;
};

} // namespace rota::executors
