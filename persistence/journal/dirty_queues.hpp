#pragma once

#include "engine/position.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace rota::persistence {

using engine::position;

/// The queues with events in the journal that no snapshot covers, ordered by the age of the oldest
/// such event, and which of them have been asked for a snapshot. Clean queues take no memory. Every
/// call is O(log n) in dirty queues unless stated otherwise. Not thread-safe.
///
/// A queue is due when that event is between half of `age_max` and `age_max` old. The exact point
/// depends on the queue's number, so that queues that became dirty together are not written
/// together.
class dirty_queues {
public:
  using time_point = std::chrono::steady_clock::time_point;
  using nanoseconds = std::chrono::nanoseconds;

  explicit dirty_queues(nanoseconds age_max) : age_max_(age_max) {}

  /// Records that the queue appended the events `first` to `last`, which follow all earlier events.
  /// O(1) if the queue was already dirty.
  void appended(std::uint32_t queue, position first, position last, time_point now);

  /// The same for events that were found in the journal at start, in any order.
  void restored(std::uint32_t queue, position first, position last, time_point now);

  /// Records that the queue's rows reflect all its events up to `upto`. Answers an outstanding
  /// request.
  void covered(std::uint32_t queue, position upto, time_point now);

  [[nodiscard]] std::size_t size() const noexcept { return by_age_.size(); }

  /// The oldest event that no snapshot covers. O(1).
  [[nodiscard]] std::optional<position> oldest() const;

  /// When the oldest event was appended, or restored. O(1).
  [[nodiscard]] std::optional<time_point> oldest_since() const;

  /// Returns the queues that are due and marks them as asked; at most `outstanding_max` are asked
  /// at a time. A queue that does not answer is asked again after `age_max`.
  [[nodiscard]] std::vector<std::uint32_t> ask_due(time_point now, std::size_t outstanding_max);
  /// The same for all queues, due or not, those with the oldest events first.
  [[nodiscard]] std::vector<std::uint32_t> ask_oldest(time_point now, std::size_t outstanding_max);

  /// When ask_due() will next return a queue; nothing if not before another call. O(asked queues).
  [[nodiscard]] std::optional<time_point> next_due(std::size_t outstanding_max) const;

  /// Number of dirty queues that have not been asked. O(1).
  [[nodiscard]] std::size_t unasked() const noexcept { return by_age_.size() - asked_.size(); }

private:
  struct entry {
    position since; ///< the first event that no snapshot covers, or an earlier position
    position last;  ///< the last event
    time_point dirty_since;
    std::optional<time_point> asked;
  };

  using entries = std::unordered_map<std::uint32_t, entry>;

  [[nodiscard]] time_point due(std::uint32_t queue, const entry& dirty) const;
  void make_dirty(entries::iterator found);
  void make_clean(entries::iterator found);
  void ask_again(std::vector<std::uint32_t>& chosen, time_point now);
  void ask(std::uint32_t queue, std::vector<std::uint32_t>& chosen, time_point now);

  nanoseconds age_max_;
  entries entries_;
  std::set<std::pair<position, std::uint32_t>> by_age_;
  std::set<std::pair<time_point, std::uint32_t>> by_due_; ///< The queues that have not been asked.
  std::set<std::uint32_t> asked_;
};

} // namespace rota::persistence
