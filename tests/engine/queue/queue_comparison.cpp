#include "tests/engine/queue/queue_comparison.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <vector>

namespace rota::engine::test {

void queue_comparison::compare() {
  model_.pass(driver_.now);
  driver_.core.advance(driver_.now);
  std::size_t counted[7] = {};
  for (const auto& j : model_.jobs()) {
    auto found = driver_.core.find(j.record.number);
    RC_ASSERT(found.has_value());
    RC_ASSERT(*found == model_.record(j));
    ++counted[static_cast<std::size_t>(j.record.state)];
  }
  auto counts = driver_.core.counts();
  RC_ASSERT(counts.delayed == counted[0]);
  RC_ASSERT(counts.ready == counted[1]);
  RC_ASSERT(counts.running == counted[3]);
  RC_ASSERT(counts.ended == counted[4] + counted[5] + counted[6]);
  RC_ASSERT(counts.leases == model_.leases().size());
  for (const auto& [number, lease] : model_.leases()) {
    RC_ASSERT(driver_.core.jobs_of(number) == lease.held);
    RC_ASSERT(driver_.core.attempt(number) == lease.terms);
  }
  std::size_t place = 0;
  for (const auto* j : model_.ready())
    RC_ASSERT(driver_.core.position(j->record.number) == ++place);
  RC_ASSERT(driver_.core.next_wake() == model_.next_wake());
  compare_lanes();
  compare_lists();
  check_audits();
}

/// An audit finds nothing wrong, whether complete or in small steps between which the queue
/// changes.
void queue_comparison::check_audits() {
  const auto whole = driver_.core.audit();
  RC_ASSERT(whole.value_or("") == "");
  const auto step = driver_.core.audit_step(3);
  RC_ASSERT(step.finding.value_or("") == "");
}

void queue_comparison::compare_lanes() {
  for (auto& lane : driver_.core.take_changes().lanes) {
    if (lane.ready == 0)
      RC_ASSERT(known_lanes_.erase(lane.lane) == 1U);
    else
      known_lanes_[lane.lane] = std::move(lane);
  }
  auto expected = model_.lanes();
  RC_ASSERT(known_lanes_.size() == expected.size());
  for (const auto& [number, lane] : known_lanes_) {
    const auto& jobs = expected.at(*lane.traits);
    RC_ASSERT(lane.ready == jobs.size());
    RC_ASSERT(lane.next_count == std::min(jobs.size(), upcoming_max));
    bool uniform = true;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      uniform = uniform && jobs[i]->record.spec.options.cost == jobs[0]->record.spec.options.cost;
      if (i < lane.next_count) {
        RC_ASSERT(lane.next[i].order == jobs[i]->order);
        RC_ASSERT(lane.next[i].cost == jobs[i]->record.spec.options.cost);
      }
    }
    RC_ASSERT(lane.uniform == uniform);
    RC_ASSERT(driver_.core.lane_of(jobs[0]->record.number) == number);
  }
}

void queue_comparison::compare_lists() {
  std::vector<serial> all;
  for (const auto& j : model_.jobs())
    all.push_back(j.record.number);
  std::sort(all.begin(), all.end());
  std::vector<serial> paged;
  for (bool more = true; more;) {
    auto page = driver_.core.list({}, paged.empty() ? serial{} : paged.back(), 3);
    paged.insert(paged.end(), page.jobs.begin(), page.jobs.end());
    more = page.more;
  }
  RC_ASSERT(paged == all);
}

void queue_comparison::compare_to(const queue& other, bool exact) {
  std::map<lane_traits, lane_report> lanes;
  for (const auto& lane : other.all_lanes())
    lanes[*lane.traits] = lane;
  for (const auto& j : model_.jobs()) {
    auto number = j.record.number;
    auto here = driver_.get(number);
    auto there = other.find(number);
    RC_ASSERT(there.has_value());
    if (!exact && here.attempt) {
      RC_ASSERT(there->attempt.has_value());
      there->attempt->deadline = here.attempt->deadline;
    }
    RC_ASSERT(*there == here);
    RC_ASSERT(other.position(number) == driver_.core.position(number));
  }
  for (const auto& lane : driver_.core.all_lanes()) {
    const auto& there = lanes.at(*lane.traits);
    RC_ASSERT(there.ready == lane.ready);
    RC_ASSERT(there.uniform == lane.uniform);
    RC_ASSERT(there.next[0].order == lane.next[0].order);
    RC_ASSERT(!exact || there.linger_until == lane.linger_until);
  }
  RC_ASSERT(lanes.size() == driver_.core.all_lanes().size());
  for (auto attempt : driver_.core.attempts())
    RC_ASSERT(other.jobs_of(attempt) == driver_.core.jobs_of(attempt));
  RC_ASSERT(other.attempts() == driver_.core.attempts());
  RC_ASSERT(other.audit().value_or("") == "");
}

} // namespace rota::engine::test
