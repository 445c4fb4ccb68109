// Asks, turns, grants, and how they end.
#include "engine/arbiter/arbiter.hpp"
#include "engine/ensure.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

namespace rota::engine {

namespace {

/// The newest run's weight in the moving average of run times.
constexpr double newest_weight = 0.125;

/// Run time x slots as a cost, clamped to what a tag can represent.
micro run_cost(double seconds, micro slots) {
  const double cost = seconds * static_cast<double>(slots.value);
  const double most = static_cast<double>(most_quantity.value) * 1000;
  return micro{std::llround(std::clamp(cost, 1.0, most))};
}

micro declared_cost(const lane_state& lane, std::uint32_t jobs) {
  micro cost;
  std::uint32_t counted = 0;
  micro last = lane.last.cost;
  for (std::uint8_t i = lane.next_at; i < lane.next_end && counted < jobs; ++i, ++counted) {
    last = lane.next[i].cost;
    cost += last;
  }
  return std::max(cost + last * (jobs - counted), micro{1});
}

/// Whether the tenant's next job is unknown until the queue reports again.
bool is_unread(const lane_state& lane) {
  const bool alone = lane.seat->member->live.size() == 1 && lane.seat->lanes.size() == 1;
  return !lane.head_is_known() && !(lane.uniform && alone);
}

lane_state* first_lane(const seat_state& seat, const share_asker& asker) {
  if (!seat.cls_state().lingering || asker.max_jobs == 1)
    return &seat.lanes.least();
  lane_state* best = nullptr;
  seat.lanes.each([&](lane_state& lane, const lane_rank& order) {
    if (lane.ready >= asker.max_jobs && (best == nullptr || order < best->order()))
      best = &lane;
  });
  return best;
}

/// Within a tenant its own order decides among the lanes that are open to the asker.
lane_state* choose_lane(const share_member& member, const share_asker& asker) {
  const pool_state& pool = *static_cast<const member_state&>(member).pool;
  lane_state* best = nullptr;
  for (const share_seat* seat : member.live) {
    if (!pool.share.eligible(*seat, asker))
      continue;
    lane_state* lane = first_lane(static_cast<const seat_state&>(*seat), asker);
    if (lane != nullptr && (best == nullptr || lane->order() < best->order()))
      best = lane;
  }
  return best;
}

} // namespace

// -- asks -----------------------------------------------------------------------------------------

void arbiter::ask_for(ask what, time_point now) {
  what.max_jobs = std::max(what.max_jobs, 1U);
  withdraw(what.id);
  if (what.leases == 0) {
    effects_.closed.push_back({what.id, 0});
    return;
  }
  pool_state& pool = pools_.get(what.pool);
  asks_.drop_idle(pool.id, [&](ask_pattern& pattern) {
    std::erase(pool.all_type_patterns, &pattern);
    for (const std::string& name : pattern.names) {
      type_state& type = type_named(name);
      std::erase(type.patterns, &pattern);
      forget_if_unused(type);
    }
  });
  bool made = false;
  ask_pattern& pattern = asks_.pattern_of(pool.id, what, made);
  if (made) {
    resolve(pattern);
    if (pattern.all_types())
      pool.all_type_patterns.push_back(&pattern);
  }
  if (pattern.all_types())
    pool.all_asked = std::max(pool.all_asked, now);
  for (share_type* type : pattern.types) {
    auto& asked = static_cast<type_state&>(*type);
    asked.last_asked = std::max(asked.last_asked, now);
  }
  asks_.open(pattern, what, now);
  mark_pending(pattern);
}

void arbiter::mark_pending(ask_pattern& pattern) {
  if (pattern.is_pending || pattern.line.empty())
    return;
  pattern.is_pending = true;
  pools_.at(pattern.pool)->pending_patterns.push_back(&pattern);
}

/// Collects the patterns whose types may have opened since the last step.
void arbiter::collect_pending(pool_state& pool) {
  if (pool.dirty) {
    for (ask_pattern* pattern : asks_.patterns_of(pool.id))
      mark_pending(*pattern);
  } else if (!pool.dirty_types.empty()) {
    for (ask_pattern* pattern : pool.all_type_patterns)
      mark_pending(*pattern);
    for (const type_state* type : pool.dirty_types) {
      for (ask_pattern* pattern : type->patterns)
        mark_pending(*pattern);
    }
  }
  pool.dirty = false;
  for (type_state* type : pool.dirty_types) {
    type->dirty = false;
    forget_if_unused(*type);
  }
  pool.dirty_types.clear();
}

arbiter_effects arbiter::take_effects(time_point now) {
  tick(now);
  for (pool_state* pool : pools_.all()) {
    collect_pending(*pool);
    if (!pool->pending_patterns.empty())
      serve(*pool, now);
  }
  return std::exchange(effects_, {});
}

void arbiter::serve(pool_state& pool, time_point now) {
  for (ask_pattern* pattern : pool.pending_patterns)
    pattern->suspended = false;
  serve_lines(pool, now);
  while (pool.dirty) { // a reservation was used up and frees what it held
    collect_pending(pool);
    serve_lines(pool, now);
  }
  for (ask_pattern* pattern : pool.pending_patterns)
    finish_line(*pattern);
  pool.pending_patterns.clear();
}

/// Each decision serves the oldest ask that can be served.
void arbiter::serve_lines(pool_state& pool, time_point now) {
  using waiting = std::pair<std::uint64_t, ask_pattern*>;
  std::vector<waiting> lines;
  for (ask_pattern* pattern : pool.pending_patterns) {
    if (!draining_ && !pattern->line.empty() && !pattern->suspended)
      lines.emplace_back(ask_table::oldest(*pattern), pattern);
  }
  std::make_heap(lines.begin(), lines.end(), std::greater<>{});
  while (!lines.empty()) {
    std::pop_heap(lines.begin(), lines.end(), std::greater<>{});
    ask_pattern& pattern = *lines.back().second;
    lines.pop_back();
    const auto until =
        lines.empty() ? std::numeric_limits<std::uint64_t>::max() : lines.front().first;
    if (!serve_line(pattern, pool, until, now))
      continue;
    lines.emplace_back(ask_table::oldest(pattern), &pattern);
    std::push_heap(lines.begin(), lines.end(), std::greater<>{});
  }
}

/// Gives turns to the line's asks that arrived before `until`. Returns whether more can be given.
bool arbiter::serve_line(ask_pattern& pattern, pool_state& pool, std::uint64_t until,
                         time_point now) {
  while (!pattern.line.empty()) {
    if (ask_table::oldest(pattern) > until)
      return true;
    open_ask& first = pattern.line.begin()->second;
    const turn how = give_turn(pool, pattern, first, now);
    if (how != turn::given) {
      pattern.suspended = how == turn::unread;
      return false;
    }
    ++first.given;
    if (--first.left == 0)
      close_ask(first.id);
  }
  return false;
}

/// Ends the step for a line: answers the asks that got turns and those whose wait is over. A line
/// whose turn depends on a pending report is left unchanged until the report arrives.
void arbiter::finish_line(ask_pattern& pattern) {
  pattern.is_pending = false;
  if (pattern.suspended)
    return;
  if (!pattern.line.empty() && pattern.line.begin()->second.given > 0)
    close_ask(pattern.line.begin()->second.id);
  for (const std::uint64_t arrival : pattern.overdue) {
    const auto open = pattern.line.find(arrival);
    if (open != pattern.line.end())
      close_ask(open->second.id);
  }
  pattern.overdue.clear();
}

void arbiter::close_ask(ask_id id) {
  if (const auto was = asks_.close(id))
    effects_.closed.push_back({id, was->given});
}

// -- turns ----------------------------------------------------------------------------------------

share_asker arbiter::asker_of(pool_state& pool, const ask_pattern& pattern, time_point now) const {
  share_asker asker;
  asker.types = pattern.all_types() ? nullptr : &pattern.types;
  asker.max_jobs = pattern.max_jobs;
  asker.free = free_slots(pool);
  asker.available = asker.free;
  if (reservation_applies(pool, now)) {
    asker.reserved = pool.reserve.holder();
    const micro kept = asker.reserved->cls->group->bucket->slots;
    asker.available = std::max(asker.free - kept, micro{});
  }
  return asker;
}

arbiter::turn arbiter::give_turn(pool_state& pool, ask_pattern& pattern, open_ask& to,
                                 time_point now) {
  share_asker asker = asker_of(pool, pattern, now);
  // With no free slots all seats wait alike, so a reservation would only let its holder jump the
  // queue.
  share_seat* unfit = asker.free > micro{} ? pool.share.least_oversized(asker) : nullptr;
  if (unfit != nullptr) {
    pool.reserve.record_skip(*unfit, now, pool.settings.reserve_after);
    asker = asker_of(pool, pattern, now);
  }
  share_seat* seat = pool.share.choose(asker);
  if (seat == nullptr)
    return turn::none;
  lane_state* lane = choose_lane(*seat->member, asker);
  ensure(lane != nullptr, "a chosen tenant has a lane that is open to the ask");
  if (is_unread(*lane))
    return turn::unread;
  make_grant(pool, *lane, asker, to, now);
  return turn::given;
}

/// Charges and limits apply immediately, before the queue receives the grant.
void arbiter::make_grant(pool_state& pool, lane_state& lane, const share_asker& asker, open_ask& to,
                         time_point now) {
  queue_state& queue = *lane.queue;
  type_state& type = *queue.type;
  auto& member = static_cast<member_state&>(*lane.seat->member);
  const bool by_runtime = pool.settings.cost == cost_unit::runtime;
  ensure(lane.ready > 0 && lane.seat->live, "a granted lane is live and has ready jobs");
  ensure_within_limits(lane);

  attempt_load load{
      .queue = queue.number, .pool = pool.id, .type = type.id, .tenant = queue.tenant->id};
  load.slots = lane.traits->slots;
  load.jobs = std::min({lane.ready, std::max(lane.traits->batch_max, 1U), asker.max_jobs});
  load.charged =
      by_runtime ? run_cost(type.expected_seconds, load.slots) : declared_cost(lane, load.jobs);
  load.estimated = by_runtime;

  if (!by_runtime) {
    pool.monitor.decided(member, load.charged, [&](const share_member& other) {
      return pool.share.eligible(other, asker);
    });
  }
  const virtual_time before = pool.share.time();
  pool.share.dispatched(member, asker, load.charged);
  ++pool.dispatches;
  ++member.dispatches;
  member.served_cost += load.charged;

  grant out{to.id, serials_.next(), queue.number, lane.number, load.jobs, {}};
  out.mark.tag = pool.share.tag(member);
  out.mark.pool_time = pool.share.time();
  out.mark.charged = load.charged;
  if (type.settings.rate) {
    load.type_token = type.bucket.take(now);
    out.mark.type_rate = type.bucket.arrival();
  }
  if (lane.key != nullptr) {
    load.key = lane.key->id;
    if (lane.key->settings && lane.key->settings->rate) {
      load.key_token = lane.key->bucket.take(now);
      out.mark.key_rate = lane.key->bucket.arrival();
    }
  }
  const bool is_new = in_flight_.insert(out.attempt, load);
  ensure(is_new, "an attempt is granted once");
  effects_.grants.push_back(out);

  queue.outstanding.push_back({++queue.grants, lane.number, load.jobs});
  if (pool.reserve.release(*lane.seat))
    mark_dirty(pool);
  consume(lane, load.jobs);
  place(lane, now);
  refresh_limits_of(load, now);
  if (before < pool.share.time())
    forget_members(pool);
}

// -- ends -----------------------------------------------------------------------------------------

void arbiter::took(serial attempt, std::uint32_t jobs, micro cost, time_point now) {
  attempt_load* load = in_flight_.find(attempt);
  if (load == nullptr || load->taken)
    return;
  ensure(jobs <= load->jobs, "a queue takes no more jobs than it was granted");
  load->taken = true;
  load->jobs = jobs;
  if (jobs > 0) {
    if (!load->estimated && cost != load->charged) {
      correct_charge(*load, cost);
      load->charged = cost;
    }
    return;
  }
  const attempt_load undone = *in_flight_.erase(attempt);
  correct_charge(undone, micro{});
  types_.at(undone.type)->bucket.give_back(undone.type_token);
  if (undone.key != no_index)
    keys_.at(undone.key)->bucket.give_back(undone.key_token);
  release_limits(undone, now);
}

void arbiter::freed(serial attempt, duration ran, time_point now) {
  const auto load = in_flight_.erase(attempt);
  if (!load)
    return;
  record_run_time(*load, ran);
  if (load->estimated) {
    const double seconds = std::max(std::chrono::duration<double>(ran).count(), 0.0);
    correct_charge(*load, run_cost(seconds, load->slots));
    double& expected = types_.at(load->type)->expected_seconds;
    expected += (seconds - expected) * newest_weight;
  }
  release_limits(*load, now);
}

void arbiter::correct_charge(const attempt_load& load, micro cost) {
  pool_state& pool = *pools_.at(load.pool);
  member_state& member = member_of(pool, *tenants_.at(load.tenant));
  pool.share.correct(member, cost - load.charged);
  pool.monitor.interrupt(member, cost);
  member.served_cost += cost - load.charged;
}

/// Frees the limits of an ended attempt.
void arbiter::release_limits(const attempt_load& load, time_point now) {
  pool_state& pool = *pools_.at(load.pool);
  tenant_state& tenant = *tenants_.at(load.tenant);
  if (pool.settings.slots)
    mark_dirty(pool);
  refresh_limits_of(load, now);
  if (load.key != no_index)
    forget_if_unused(*keys_.at(load.key));
  list_idle_members(tenant);
  forget_if_unused(*types_.at(load.type));
}

} // namespace rota::engine
