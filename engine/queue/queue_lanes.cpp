#include "engine/queue/queue_lanes.hpp"

#include "engine/ensure.hpp"
#include "engine/queue/job_rules.hpp"

#include <algorithm>
#include <utility>

namespace rota::engine {

namespace {

const micro one = micro::of(1);

/// The end of the lane's linger as determined by this job; a time long past if the lane does not
/// linger.
time_point linger_end(const job_cell& job, const lane_traits& traits, const type_settings& type) {
  if (traits.batch_max <= 1 || !type.batch || type.batch->linger.count() <= 0)
    return time_point{};
  return saturating_add(job.ready_since, type.batch->linger);
}

} // namespace

traits_view traits_of(const job_cell& job, const type_settings& settings) {
  traits_view view;
  const auto* options = job.options.get();
  if (options != nullptr) {
    view.concurrency_key = options->concurrency_key;
    view.slots = options->slots;
  }
  bool batches = settings.batch && (options == nullptr || options->batches);
  if (batches) {
    view.batch_max = std::max<std::uint32_t>(settings.batch->max_size, 1);
    auto limit = job.progress ? job.progress->batch_limit : 0;
    if (limit != 0)
      view.batch_max = std::min(view.batch_max, limit);
  }
  if (view.batch_max > 1 && options != nullptr)
    view.batch_key = options->batch_key;
  return view;
}

traits_view view_of(const lane_traits& traits) {
  return {traits.concurrency_key, traits.slots, traits.batch_max, traits.batch_key};
}

std::shared_ptr<const lane_traits> to_traits(const traits_view& view) {
  return std::make_shared<const lane_traits>(lane_traits{
      std::string{view.concurrency_key}, view.slots, view.batch_max, std::string{view.batch_key}});
}

void lane_set::mark(std::uint32_t number) {
  auto& lane = lanes_[number];
  if (!lane.changed) {
    lane.changed = true;
    changed_.push_back(number);
  }
}

std::uint32_t lane_set::number_for(const traits_view& view) {
  auto found = by_traits_.find(view);
  if (found != by_traits_.end())
    return found->second;
  auto number = free_;
  if (number == no_slot)
    number = static_cast<std::uint32_t>(lanes_.grow());
  else
    free_ = lanes_[number].next_free;
  auto& lane = lanes_[number];
  lane.traits = to_traits(view);
  by_traits_.emplace(view_of(*lane.traits), number);
  return number;
}

void lane_set::drop(std::uint32_t number) {
  auto& lane = lanes_[number];
  by_traits_.erase(view_of(*lane.traits));
  lane.traits.reset();
  lane.next_free = std::exchange(free_, number);
}

void lane_set::add_upcoming(lane& l, const job_store& jobs, slot job) {
  auto known = l.upcoming_count;
  bool after_all = known == 0 || !precedes(jobs[job], jobs[l.upcoming[known - 1U]]);
  // A job after the known ones is the next one only if there are no others.
  if (after_all && (known == upcoming_max || known < l.ready))
    return;
  std::size_t place = known;
  while (place > 0 && precedes(jobs[job], jobs[l.upcoming[place - 1]]))
    --place;
  l.upcoming_count = static_cast<std::uint8_t>(std::min<std::size_t>(known + 1U, upcoming_max));
  auto* at = l.upcoming.data() + place;
  std::move_backward(at, l.upcoming.data() + l.upcoming_count - 1,
                     l.upcoming.data() + l.upcoming_count);
  *at = job;
}

void lane_set::remove_upcoming(lane& l, slot job) {
  auto* end = l.upcoming.data() + l.upcoming_count;
  auto* at = std::find(l.upcoming.data(), end, job);
  if (at != end) {
    std::move(at + 1, end, at);
    --l.upcoming_count;
  }
}

void lane_set::fill_upcoming(lane& l, const job_store& jobs) {
  auto wanted = std::min<std::size_t>(l.ready, upcoming_max);
  if (l.upcoming_count == 0 && wanted > 0) {
    l.order.visit(jobs, [&](slot s) {
      l.upcoming[l.upcoming_count] = s;
      return ++l.upcoming_count < wanted;
    });
  }
  while (l.upcoming_count < wanted) {
    l.upcoming[l.upcoming_count] = l.order.next(jobs, l.upcoming[l.upcoming_count - 1U]);
    ++l.upcoming_count;
  }
}

void lane_set::add(job_store& jobs, slot job, const type_settings& settings) {
  auto& cell = jobs[job];
  cell.lane = number_for(traits_of(cell, settings));
  auto& lane = lanes_[cell.lane];
  auto linger = linger_end(cell, *lane.traits, settings);
  lane.linger_until = lane.ready == 0 ? linger : std::min(lane.linger_until, linger);
  lane.order.insert(jobs, job);
  add_upcoming(lane, jobs, job);
  ++lane.ready;
  if (auto cost = cost_of(cell); cost != one)
    ++lane.other_costs[cost];
  mark(cell.lane);
}

void lane_set::remove(job_store& jobs, slot job, const type_settings& settings, exit why) {
  auto& cell = jobs[job];
  auto& lane = lanes_[cell.lane];
  ensure(lane.ready > 0, "the number of ready jobs in a lane is never below zero");
  lane.order.erase(jobs, job);
  remove_upcoming(lane, job);
  --lane.ready;
  if (auto cost = cost_of(cell); cost != one) {
    auto entry = lane.other_costs.find(cost);
    ensure(entry != lane.other_costs.end(), "a lane counts the cost of each of its jobs");
    if (--entry->second == 0)
      lane.other_costs.erase(entry);
  }
  mark(cell.lane);
  auto its_own = linger_end(cell, *lane.traits, settings);
  bool lingers = its_own != time_point{};
  // After a take the first job in order determines the linger, which may not be the oldest. A job
  // that leaves without being taken must not make the others wait longer, unless the lane's linger
  // was determined by it.
  if (lane.ready > 0 && lingers && (why == exit::taken || its_own <= lane.linger_until)) {
    const auto& head = jobs[lane.order.first(jobs)];
    lane.linger_until = linger_end(head, *lane.traits, settings);
  }
}

std::vector<slot> lane_set::first(const job_store& jobs, lane_number lane, std::size_t most) const {
  std::vector<slot> found;
  if (most == 0 || lane.value >= lanes_.size())
    return found;
  found.reserve(std::min<std::size_t>(most, lanes_[lane.value].ready));
  const auto& l = lanes_[lane.value];
  if (most <= l.upcoming_count) {
    found.assign(l.upcoming.begin(), l.upcoming.begin() + static_cast<std::ptrdiff_t>(most));
    return found;
  }
  l.order.visit(jobs, [&](slot s) {
    found.push_back(s);
    return found.size() < most;
  });
  return found;
}

std::shared_ptr<const lane_traits> lane_set::traits(lane_number lane) const {
  bool live = lane.value < lanes_.size() && lanes_[lane.value].ready > 0;
  return live ? lanes_[lane.value].traits : nullptr;
}

lane_report lane_set::report(const job_store& jobs, std::uint32_t number) const {
  const auto& lane = lanes_[number];
  lane_report r;
  r.lane = {number};
  r.traits = lane.traits;
  r.ready = lane.ready;
  r.linger_until = lane.linger_until;
  r.uniform = lane.uniform();
  auto add_next = [&](slot s) {
    r.ready_since = r.next_count == 0 ? jobs[s].ready_since : r.ready_since;
    r.next[r.next_count] = {jobs[s].order, cost_of(jobs[s])};
    ensure(r.next_count == 0 || r.next[r.next_count - 1U].order <= jobs[s].order,
           "the jobs of a lane are in order");
    return ++r.next_count < upcoming_max;
  };
  if (lane.upcoming_count == std::min<std::size_t>(lane.ready, upcoming_max))
    std::for_each_n(lane.upcoming.begin(), lane.upcoming_count, add_next);
  else
    lane.order.visit(jobs, add_next);
  return r;
}

std::vector<lane_report> lane_set::take_changed(const job_store& jobs) {
  std::sort(changed_.begin(), changed_.end());
  std::vector<lane_report> reports;
  reports.reserve(changed_.size());
  for (auto number : changed_) {
    auto& lane = lanes_[number];
    lane.changed = false;
    fill_upcoming(lane, jobs);
    bool empty = lane.ready == 0;
    if (!empty || lane.reported)
      reports.push_back(report(jobs, number));
    lane.reported = !empty;
    // Keep the last lane, so that a queue that becomes empty and fills again reuses it.
    if (empty && by_traits_.size() > 1)
      drop(number);
  }
  changed_.clear();
  return reports;
}

std::vector<lane_report> lane_set::all(const job_store& jobs) const {
  std::vector<lane_report> reports;
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    if (lanes_[i].ready > 0)
      reports.push_back(report(jobs, static_cast<std::uint32_t>(i)));
  }
  return reports;
}

bool lane_set::holds(const job_store& jobs, slot job, const type_settings& settings) const {
  const auto& cell = jobs[job];
  if (cell.lane >= lanes_.size() || !lanes_[cell.lane].traits)
    return false;
  const auto& lane = lanes_[cell.lane];
  return view_of(*lane.traits) == traits_of(cell, settings) && lane.order.contains(jobs, job);
}

bool lane_set::have(const std::vector<std::uint32_t>& ready) const {
  for (std::size_t i = 0; i < std::max(lanes_.size(), ready.size()); ++i) {
    if ((i < lanes_.size() ? lanes_[i].ready : 0) != (i < ready.size() ? ready[i] : 0))
      return false;
  }
  return true;
}

std::optional<time_point> lane_set::oldest_head(const job_store& jobs) const {
  std::optional<time_point> oldest;
  for (const auto& [traits, number] : by_traits_) {
    auto head = lanes_[number].order.first(jobs);
    if (head != no_slot && (!oldest || jobs[head].ready_since < *oldest))
      oldest = jobs[head].ready_since;
  }
  return oldest;
}

} // namespace rota::engine
