// The state that all actors of one daemon share: journal, settings, handles, time.
#pragma once
#include "actors/directory/admission.hpp"
#include "actors/directory/settings_board.hpp"
#include "actors/executor/durable_watch.hpp"
#include "actors/executor/executor_board.hpp"
#include "actors/interfaces.hpp"
#include "actors/queue/queue_map.hpp"
#include "actors/runtime/audit_schedule.hpp"
#include "actors/runtime/slow_messages.hpp"
#include "actors/runtime/type_figures.hpp"
#include "actors/session/event_hub.hpp"
#include "actors/session/session_list.hpp"
#include "engine/serial_source.hpp"
#include "persistence/history/history_reader.hpp"
#include "persistence/journal/journal.hpp"

#include <caf/actor_clock.hpp>

#include <atomic>
#include <memory>

namespace rota::actors {

/// The engine's time axis over CAF's clock, which tests freeze. Starts at the wall time, or later
/// if the store contains later times, and then follows the monotonic clock alone.
class engine_clock {
public:
  engine_clock(engine::time_point start, caf::actor_clock::time_point base)
      : start_(start), base_(base) {}
  /// Converts from CAF's clock to the engine's axis.
  engine::time_point at(caf::actor_clock::time_point t) const {
    return start_ + std::chrono::duration_cast<engine::duration>(t - base_);
  }
  /// Converts from the engine's axis to CAF's clock.
  caf::actor_clock::time_point from(engine::time_point t) const {
    return base_ + std::chrono::duration_cast<caf::actor_clock::time_point::duration>(t - start_);
  }

private:
  engine::time_point start_;
  caf::actor_clock::time_point base_;
};

struct runtime_limits {
  /// How long a queue must be idle before it retires.
  engine::milliseconds retire_after{60'000};
  /// How long an attempt that only its backend knows is kept.
  engine::milliseconds orphan_after{60'000};
  /// Interval of an executor's rounds: after a change, and at most while nothing changes.
  engine::milliseconds round_interval_min{200};
  engine::milliseconds round_interval_max{5000};
  /// Maximum payloads, results and checkpoints in one answer of job.pop or job.list, in bytes. An
  /// answer has at least one lease or job.
  std::size_t answer_bytes{std::size_t{16} << 20};
  /// Interval of audits of what has changed; 0: never. Set by the daemon; in virtual time it would
  /// only set timers.
  engine::milliseconds audit_every{0};
};

/// State of one runtime. The handles are set once, before any message.
struct shared_state {
  shared_state(persistence::journal& journal, persistence::history_reader& history,
               std::uint32_t start, engine_clock clock, all_settings settings,
               std::size_t waiting_bytes_max)
      : journal(journal),
        history(history),
        serials(start),
        clock(clock),
        board(std::move(settings)),
        admission(waiting_bytes_max) {}

  persistence::journal& journal;
  persistence::history_reader& history;
  engine::serial_source serials;
  engine_clock clock;
  settings_board board;
  queue_map queues;
  actors::admission admission;
  event_hub hub;
  type_board types;
  durable_watch durable;
  executor_board executors;
  session_list sessions;
  slow_messages slow;
  audit_schedule audits;
  runtime_limits limits;
  std::atomic<bool> draining{false};

  arbiter_actor arbiter;
  directory_actor directory;
  timer_actor timer;
  supervisor_actor supervisor;
};
using shared_state_ptr = std::shared_ptr<shared_state>;

} // namespace rota::actors
