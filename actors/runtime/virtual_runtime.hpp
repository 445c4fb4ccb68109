// A whole runtime under CAF's deterministic scheduler: messages run only inside its calls, time
// moves only by advance(), the journal commits only when pumped. Equal inputs give equal runs.
#pragma once
#include "actors/runtime/recovery.hpp"
#include "actors/runtime/runtime_actors.hpp"
#include "actors/runtime/shared_state.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include <chrono>
#include <cstddef>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace rota::actors {

struct virtual_runtime_options {
  recovered from;
  /// Time at the start.
  engine::time_point begin = engine::from_us(1'000'000'000'000'000);
  runtime_limits limits;
  std::chrono::milliseconds snapshot_after{10'000};
  backend_maker make_backend; ///< Empty: no executor can be made.
  arbiter_maker make_arbiter = make_fair_arbiter;
};

class virtual_runtime {
public:
  /// `store` must outlive the runtime.
  virtual_runtime(persistence::store& store, virtual_runtime_options options);
  /// Commits what was appended, as the daemon does at its end, unless it has crashed.
  ~virtual_runtime();
  /// Ends the actors in the middle of their work. The store's owner must ensure that appended
  /// events do not become durable afterwards.
  void crash();

  /// Opens a session that answers to `sink`; it ends with the runtime, or after connection_closed.
  session_actor connect(std::shared_ptr<answer_sink> sink);

  /// Runs messages, commits and history reads until none are left, at the same time. Throws if the
  /// arbiter, the directory or the timer has ended by an exception.
  void run();
  /// Runs at most `most` messages; appended events are not committed.
  void run_messages(std::size_t most = std::numeric_limits<std::size_t>::max());
  /// Advances the time; messages due until then are put into mailboxes, in the order of their
  /// times.
  void advance(engine::duration by);

  [[nodiscard]] engine::time_point now();
  /// Returns when the next timer of an actor fires; `never` if none is set. It may be less than a
  /// microsecond before this.
  [[nodiscard]] engine::time_point next_timer();

  actors::shared_state& shared() { return *shared_; }
  persistence::journal& journal() { return *journal_; }
  persistence::store& store() { return store_; }

private:
  void open_journal(std::chrono::milliseconds snapshot_after);
  void watch_actors();
  void end_sessions();
  void end_actors();

  persistence::store& store_;
  std::unique_ptr<persistence::journal> journal_;
  std::unique_ptr<persistence::history_reader> history_;
  shared_state_ptr shared_;
  caf::actor_system_config config_;
  caf::actor_system system_;
  caf::scheduler::test_coordinator& scheduler_;
  std::vector<session_actor> sessions_;
  bool ended_ = false;
  std::string failed_actor_; ///< The actor that ended by an exception, if any.
};

} // namespace rota::actors
