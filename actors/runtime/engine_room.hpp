// The engine room: store, journal and all actors of one daemon, from recovery to the end.
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

/// The default of max_waiting_bytes.
std::size_t half_of_memory();

struct room_options {
  std::size_t max_waiting_bytes = half_of_memory();
  engine::milliseconds history_age{7LL * 24 * 3'600'000};
  std::size_t history_jobs = 1'000'000;
  engine::milliseconds snapshot{10'000};
  engine::milliseconds orphan_after{60'000}; ///< See room_limits.
  std::size_t journal_bytes = std::size_t{64} << 20;
  std::size_t threads = 2;        ///< Of the actors' scheduler.
  std::filesystem::path programs; ///< Where rotad's helper programs are.
};

/// What the room tells its owner; called on the journal's thread.
struct room_callbacks {
  std::function<void(engine::position)> on_durable;
  /// A commit failed: memory is worth nothing any more. Destroy this room and open another.
  std::function<void(persistence::store_error)> on_failed;
};

/// What an operator may want to know of a room beside what clients ask.
struct room_view {
  engine::position appended;
  engine::position durable;
  persistence::journal_stats journal;
};

/// Opens the store, recovers everything and runs. One process a folder. After a failed commit the
/// owner destroys the room and opens it again until that works; nothing of the failed group has left.
class engine_room {
public:
  using opened = persistence::store_result<std::shared_ptr<engine_room>>;
  static opened open(const std::filesystem::path& folder, persistence::durability level,
                     const room_options& options, room_callbacks callbacks);
  ~engine_room();

  /// A session for one connection. It ends after connection_closed.
  session_actor open_session(std::shared_ptr<answer_sink> sink);
  /// Leases that never reached a client: their jobs go back, uncounted.
  void give_back(const std::vector<engine::attempt_id>& leases);

  const settings_board& board() const;
  engine::time_point now() const;
  engine::time_point started() const;
  bool draining() const;

  /// A moment's picture. Any thread.
  room_view view() const;
  /// Writes what changed since the last snapshots and cuts the journal, then calls `done` on a
  /// thread of the journal's. A later call takes an earlier one's place, whose `done` is never
  /// called; nor is it after a failure or when the room ends.
  void snapshot(std::function<void()> done);
  /// See store::back_up. Blocks; any thread.
  persistence::store_status back_up(const std::filesystem::path& folder);

  /// Messages that keep its actors busy for long.
  slow_messages& slow();

  /// No new leases; then all dirty queues are asked for a snapshot, for at most `patience`; then
  /// everything is committed and the actors end.
  void stop(std::chrono::milliseconds patience);

private:
  struct impl;
  explicit engine_room(std::unique_ptr<impl> impl);
  std::unique_ptr<impl> impl_;
};

} // namespace rota::actors
