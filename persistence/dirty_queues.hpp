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

/// Which queues have events in the journal that no snapshot covers yet, by the age of the oldest
/// such event; and which of them were asked for a snapshot. Clean queues cost no memory. Every
/// call is O(log n) in dirty queues unless it says otherwise. Not for several threads.
class dirty_queues {
public:
  using time_point = std::chrono::steady_clock::time_point;
  using milliseconds = std::chrono::milliseconds;

  /// The queue appended the events `first` to `last`, which follow on all before. O(1) when the
  /// queue was dirty.
  void appended(std::uint32_t queue, position first, position last, time_point now);

  /// The same for events that were in the journal already, in any order.
  void restored(std::uint32_t queue, position first, position last, time_point now);

  /// The queue's rows reflect all its events up to `upto`: a question to it is answered.
  void covered(std::uint32_t queue, position upto, time_point now);

  [[nodiscard]] std::size_t size() const noexcept { return by_age_.size(); }

  /// The oldest event that no snapshot covers. O(1).
  [[nodiscard]] std::optional<position> oldest() const;

  /// When it was appended, or found. O(1).
  [[nodiscard]] std::optional<time_point> oldest_since() const;

  /// Marks the oldest dirty queues as asked and returns them: those that are dirty since
  /// `dirty_before` or earlier, and not asked since `asked_before`, so that at most
  /// `outstanding_max` are asked at a time. A question that found nobody so comes again.
  [[nodiscard]] std::vector<std::uint32_t> ask(time_point dirty_before, time_point asked_before,
                                               time_point now, std::size_t outstanding_max);

  /// When the first of those that ask() could still choose became dirty or was asked last, as the
  /// time to add the age to. Nothing: none is to be waited for. O(asked).
  [[nodiscard]] std::optional<time_point> next_time(std::size_t outstanding_max) const;

  /// Dirty queues that were not asked yet. O(1).
  [[nodiscard]] std::size_t unasked() const noexcept { return by_age_.size() - asked_.size(); }

private:
  struct entry {
    position since; ///< the first event that no snapshot covers, or an earlier position
    position last;  ///< the last event
    time_point dirty_since;
    std::optional<time_point> asked;
  };

  std::unordered_map<std::uint32_t, entry> entries_;
  std::set<std::pair<position, std::uint32_t>> by_age_;
  std::set<std::uint32_t> asked_;
};

} // namespace rota::persistence
