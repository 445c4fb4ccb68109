// A whole room under CAF's deterministic scheduler: nothing runs unless its owner says so, time stands
// still until it is moved, the journal commits when it is pumped. Equal inputs give equal runs.
#pragma once
#include "actors/runtime/recovery.hpp"
#include "actors/runtime/room.hpp"
#include "actors/runtime/room_actors.hpp"

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
  /// When its time begins.
  engine::time_point begin = engine::from_us(1'000'000'000'000'000);
  room_limits limits;
  std::chrono::milliseconds snapshot_after{10'000};
  backend_maker make_backend; ///< Empty: no executor can be made.
  arbiter_maker make_arbiter = make_fair_arbiter;
};

class virtual_runtime {
public:
  /// `store` must outlive the room.
  virtual_runtime(persistence::store& store, virtual_runtime_options options);
  /// Unless it has crashed, commits what was appended, as a daemon that ends well.
  ~virtual_runtime();
  /// The actors end in the middle of whatever they do. What was appended must not become durable any
  /// more: the store's owner sees to that.
  void crash();

  /// A session that answers to `sink`; it ends with the room, or after connection_closed.
  session_actor connect(std::shared_ptr<answer_sink> sink);

  /// Messages, commits and history until nothing is left; time stands still. Throws if the arbiter, the
  /// directory or the timer has died of an exception.
  void run();
  /// Messages only, at most so many: what is appended stays uncommitted.
  void run_messages(std::size_t most = std::numeric_limits<std::size_t>::max());
  /// Moves time; what falls due until then is in its mailbox, in the order of its times.
  void advance(engine::duration by);

  [[nodiscard]] engine::time_point now();
  /// When the next timer of an actor fires; `never` when none is set. It may lie less than a
  /// microsecond before this.
  [[nodiscard]] engine::time_point next_timer();

  actors::room& room() { return *room_; }
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
  room_ptr room_;
  caf::actor_system_config config_;
  caf::actor_system system_;
  caf::scheduler::test_coordinator& scheduler_;
  std::vector<session_actor> sessions_;
  bool ended_ = false;
  std::string died_; ///< Who, if anybody did.
};

} // namespace rota::actors
