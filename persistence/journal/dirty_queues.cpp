#include "persistence/journal/dirty_queues.hpp"

#include <algorithm>

namespace rota::persistence {

namespace {

/// Maps a number to [0, 1) so that consecutive numbers are far apart: the fractional part of a
/// multiple of the golden ratio (Knuth, The Art of Computer Programming 3, 6.4).
double spread(std::uint32_t number) {
  constexpr std::uint32_t golden = 2'654'435'769;
  constexpr double whole = 4'294'967'296;
  return static_cast<double>(number * golden) / whole;
}

} // namespace

void dirty_queues::appended(std::uint32_t queue, position first, position last, time_point now) {
  const auto [found, clean] = entries_.try_emplace(queue, entry{first, last, now, std::nullopt});
  if (clean)
    make_dirty(found);
  found->second.last = std::max(found->second.last, last);
}

void dirty_queues::restored(std::uint32_t queue, position first, position last, time_point now) {
  const auto [found, clean] = entries_.try_emplace(queue, entry{first, last, now, std::nullopt});
  auto& dirty = found->second;
  if (!clean)
    make_clean(found);
  dirty.since = std::min(dirty.since, first);
  dirty.last = std::max(dirty.last, last);
  make_dirty(found);
}

void dirty_queues::covered(std::uint32_t queue, position upto, time_point now) {
  const auto found = entries_.find(queue);
  if (found == entries_.end())
    return;
  auto& dirty = found->second;
  // Events that the queue appended after it was asked are younger than the request.
  const auto younger_than = dirty.asked.value_or(now);
  make_clean(found);
  if (dirty.last <= upto) {
    entries_.erase(found);
    return;
  }
  if (upto >= dirty.since) {
    // The position of its first event after `upto` is not kept; the next position is a safe lower
    // bound.
    dirty.since = {upto.value + 1};
    dirty.dirty_since = younger_than;
  }
  make_dirty(found);
}

dirty_queues::time_point dirty_queues::due(std::uint32_t queue, const entry& dirty) const {
  const auto half = age_max_ / 2;
  return dirty.dirty_since + half + std::chrono::duration_cast<nanoseconds>(half * spread(queue));
}

void dirty_queues::make_dirty(entries::iterator found) {
  const auto& [queue, dirty] = *found;
  by_age_.emplace_hint(by_age_.end(), dirty.since, queue);
  by_due_.emplace(due(queue, dirty), queue);
}

void dirty_queues::make_clean(entries::iterator found) {
  auto& [queue, dirty] = *found;
  by_age_.erase({dirty.since, queue});
  by_due_.erase({due(queue, dirty), queue});
  asked_.erase(queue);
  dirty.asked.reset();
}

std::optional<position> dirty_queues::oldest() const {
  return by_age_.empty() ? std::nullopt : std::optional(by_age_.begin()->first);
}

std::optional<dirty_queues::time_point> dirty_queues::oldest_since() const {
  return by_age_.empty() ? std::nullopt
                         : std::optional(entries_.at(by_age_.begin()->second).dirty_since);
}

std::vector<std::uint32_t> dirty_queues::ask_due(time_point now, std::size_t outstanding_max) {
  std::vector<std::uint32_t> chosen;
  ask_again(chosen, now);
  while (asked_.size() < outstanding_max && !by_due_.empty() && by_due_.begin()->first <= now)
    ask(by_due_.begin()->second, chosen, now);
  return chosen;
}

std::vector<std::uint32_t> dirty_queues::ask_oldest(time_point now, std::size_t outstanding_max) {
  std::vector<std::uint32_t> chosen;
  ask_again(chosen, now);
  for (auto next = by_age_.begin(); next != by_age_.end() && asked_.size() < outstanding_max;
       ++next) {
    if (!asked_.contains(next->second))
      ask(next->second, chosen, now);
  }
  return chosen;
}

void dirty_queues::ask(std::uint32_t queue, std::vector<std::uint32_t>& chosen, time_point now) {
  auto& dirty = entries_.at(queue);
  by_due_.erase({due(queue, dirty), queue});
  asked_.insert(queue);
  dirty.asked = now;
  chosen.push_back(queue);
}

void dirty_queues::ask_again(std::vector<std::uint32_t>& chosen, time_point now) {
  for (const auto queue : asked_) {
    auto& dirty = entries_.at(queue);
    if (*dirty.asked <= now - age_max_) {
      dirty.asked = now;
      chosen.push_back(queue);
    }
  }
}

std::optional<dirty_queues::time_point> dirty_queues::next_due(std::size_t outstanding_max) const {
  std::optional<time_point> next;
  const auto consider = [&](time_point time) { next = next ? std::min(*next, time) : time; };
  for (const auto queue : asked_)
    consider(*entries_.at(queue).asked + age_max_);
  if (asked_.size() < outstanding_max && !by_due_.empty())
    consider(by_due_.begin()->first);
  return next;
}

} // namespace rota::persistence
