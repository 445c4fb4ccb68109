#include "persistence/dirty_queues.hpp"

#include <algorithm>

namespace rota::persistence {

void dirty_queues::appended(std::uint32_t queue, position first, position last, time_point now) {
  const auto [found, clean] = entries_.try_emplace(queue, entry{first, last, now, std::nullopt});
  if (clean) {
    by_age_.emplace_hint(by_age_.end(), first, queue);
  }
  found->second.last = std::max(found->second.last, last);
}

void dirty_queues::restored(std::uint32_t queue, position first, position last, time_point now) {
  const auto [found, clean] = entries_.try_emplace(queue, entry{first, last, now, std::nullopt});
  auto& dirty = found->second;
  if (!clean) {
    by_age_.erase({dirty.since, queue});
  }
  dirty.since = std::min(dirty.since, first);
  dirty.last = std::max(dirty.last, last);
  by_age_.emplace(dirty.since, queue);
}

void dirty_queues::covered(std::uint32_t queue, position upto, time_point now) {
  const auto found = entries_.find(queue);
  if (found == entries_.end()) {
    return;
  }
  auto& dirty = found->second;
  // What it appended since the question is younger than the question.
  const auto younger_than = dirty.asked.value_or(now);
  asked_.erase(queue);
  dirty.asked.reset();
  if (upto < dirty.since) {
    return;
  }
  by_age_.erase({dirty.since, queue});
  if (dirty.last <= upto) {
    entries_.erase(found);
    return;
  }
  // Where exactly its first event behind `upto` stands isn't kept: the next place is early enough.
  dirty.since = {upto.value + 1};
  dirty.dirty_since = younger_than;
  by_age_.emplace(dirty.since, queue);
}

std::optional<position> dirty_queues::oldest() const {
  return by_age_.empty() ? std::nullopt : std::optional(by_age_.begin()->first);
}

std::optional<dirty_queues::time_point> dirty_queues::oldest_since() const {
  return by_age_.empty() ? std::nullopt
                         : std::optional(entries_.at(by_age_.begin()->second).dirty_since);
}

std::vector<std::uint32_t> dirty_queues::ask(time_point dirty_before, time_point asked_before,
                                             time_point now, std::size_t outstanding_max) {
  std::vector<std::uint32_t> chosen;
  std::size_t outstanding = asked_.size();
  for (const auto& [since, queue] : by_age_) {
    auto& dirty = entries_.at(queue);
    // Times grow with positions, nearly.
    if (dirty.dirty_since > dirty_before) {
      break;
    }
    if (dirty.asked) {
      if (*dirty.asked > asked_before) {
        continue;
      }
    } else if (outstanding >= outstanding_max) {
      break;
    } else {
      ++outstanding;
    }
    dirty.asked = now;
    asked_.insert(queue);
    chosen.push_back(queue);
  }
  return chosen;
}

std::optional<dirty_queues::time_point> dirty_queues::next_time(std::size_t outstanding_max) const {
  std::optional<time_point> next;
  const auto consider = [&](time_point time) { next = next ? std::min(*next, time) : time; };
  for (const auto& [since, queue] : by_age_) {
    const auto& dirty = entries_.at(queue);
    if (dirty.asked) {
      consider(*dirty.asked);
    } else {
      if (asked_.size() < outstanding_max) {
        consider(dirty.dirty_since);
      }
      break;
    }
  }
  return next;
}

} // namespace rota::persistence
