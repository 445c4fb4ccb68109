// The runtime: store, journal and all actors of one daemon, from recovery to the end.
#pragma once
#include "actors/commands.hpp"
#include "actors/directory/settings_board.hpp"
#include "actors/interfaces.hpp"
#include "actors/runtime/slow_messages.hpp"
#include "engine/position.hpp"
#include "persistence/journal/journal.hpp"
#include "persistence/store/store.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

namespace rota::actors {

/// Default of max_waiting_bytes: half of the machine's memory, in bytes.
std::size_t half_of_memory();

struct runtime_options {
  std::size_t max_waiting_bytes = half_of_memory();
  engine::milliseconds history_age{7LL * 24 * 3'600'000};
  std::size_t history_jobs = 1'000'000;
  engine::milliseconds snapshot{10'000};
  engine::milliseconds orphan_after{60'000}; ///< See runtime_limits.
  std::size_t journal_bytes = std::size_t{64} << 20;
  std::size_t threads = 2;        ///< Of the actors' scheduler.
  std::filesystem::path programs; ///< Where rotad's helper programs are.
};

/// Callbacks of the runtime's owner, called on the journal's thread.
struct runtime_callbacks {
  std::function<void(engine::position)> on_durable;
  /// A commit failed: memory is ahead of the disk. Destroy this runtime and open another.
  std::function<void(persistence::store_error)> on_failed;
};

/// Figures for an operator.
struct journal_view {
  engine::position appended;
  engine::position durable;
  persistence::journal_stats journal;
};

/// Opens the store, recovers everything and runs. One process per folder. After a failed commit,
/// the owner destroys the runtime and reopens it until that succeeds; nothing of the failed group
/// has left the process.
class engine_runtime {
public:
  using opened = persistence::store_result<std::shared_ptr<engine_runtime>>;
  /// Errors: those of opening, reading and writing the store.
  static opened open(const std::filesystem::path& folder, persistence::durability level,
                     const runtime_options& options, runtime_callbacks callbacks);
  ~engine_runtime();

  /// Opens a session for one connection. It ends after connection_closed.
  session_actor open_session(std::shared_ptr<answer_sink> sink);
  /// Releases leases that never reached a client; their attempts are not counted.
  void release_leases(const std::vector<engine::attempt_id>& leases);

  const settings_board& board() const;
  engine::time_point now() const;
  engine::time_point started() const;
  bool draining() const;

  /// Returns the current figures. Any thread.
  journal_view view() const;
  /// Writes what changed since the last snapshots and truncates the journal, then calls `done` on
  /// one of the journal's threads. A later call replaces an earlier one, whose `done` is never
  /// called; nor is it called after a failure or at the runtime's end.
  void snapshot(std::function<void()> done);
  /// See store::back_up. Blocks; any thread.
  persistence::store_status back_up(const std::filesystem::path& folder);

  /// Records messages that keep an actor busy for long.
  slow_messages& slow();

  /// From now on no lease is granted and no attempt begins. Any thread; stop() implies it.
  void stop_granting();
  /// Stops granting, asks all dirty queues for a snapshot, for at most `timeout`, commits
  /// everything, and ends the actors.
  void stop(std::chrono::milliseconds timeout);

private:
  struct impl;
  explicit engine_runtime(std::unique_ptr<impl> impl);
  std::unique_ptr<impl> impl_;
};

} // namespace rota::actors
