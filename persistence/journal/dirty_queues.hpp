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
///
/// A queue is due when that event is between half of `age_max` and `age_max` old: where in between depends on the
/// queue, so that many that became dirty together aren't all written at the same moment.
class dirty_queues {
public:
  using time_point = std::chrono::steady_clock::time_point;
  using nanoseconds = std::chrono::nanoseconds;

  explicit dirty_queues(nanoseconds age_max) : age_max_(age_max) {}

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

  /// Marks those that are due as asked and returns them, so that at most `outstanding_max` are
  /// asked at a time. A question without an answer comes again after `age_max`.
  [[nodiscard]] std::vector<std::uint32_t> ask_due(time_point now, std::size_t outstanding_max);
  /// The same for all, due or not, those with the oldest events first.
  [[nodiscard]] std::vector<std::uint32_t> ask_oldest(time_point now, std::size_t outstanding_max);

  /// When ask_due() will next have somebody to ask. Nothing: not before another call. O(asked).
  [[nodiscard]] std::optional<time_point> next_due(std::size_t outstanding_max) const;

  /// Dirty queues that were not asked yet. O(1).
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
  std::set<std::pair<time_point, std::uint32_t>> by_due_; ///< Those that were not asked.
  std::set<std::uint32_t> asked_;
};

} // namespace rota::persistence
