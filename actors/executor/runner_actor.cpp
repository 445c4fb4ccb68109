#include "actors/executor/runner_actor.hpp"

#include "actors/executor/poller_actor.hpp"
#include "actors/runtime/load.hpp"
#include "actors/runtime/watched_actor.hpp"

#include <caf/actor_system.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <algorithm>
#include <map>

namespace rota::actors {
namespace {

using namespace engine;
using executors::start_failure_kind;

/// Starts under way at a time; what an executor runs is limited by its slots alone.
constexpr std::size_t starts_max = 32;
constexpr milliseconds backoff_min{100};
constexpr milliseconds backoff_max{30'000};
constexpr milliseconds ask_pause{1000};

/// Where an attempt is on its way to `running`.
enum class start_step : std::uint8_t {
  undurable, ///< Its intent isn't durable yet.
  calling,
  pausing, ///< Until its next try.
  fencing, ///< It was cancelled.
};

struct starting_attempt {
  lease what;
  position intent;
  start_step step = start_step::undurable;
  std::uint32_t failures = 0;
  bool adopted = false;
  bool stop = false;
};

struct runner_state {
  room_ptr shared;
  std::string executor;
  executor_backend backend;
  poller_actor poller;
  std::map<attempt_id, starting_attempt> starting;
  std::size_t adopted = 0;                   ///< Of them: from before the restart.
  std::multimap<position, attempt_id> stops; ///< Cancels that aren't durable yet.
  bool may_ask = false;
  bool dismissed = false;
  bool asked = false;
  bool pausing = false;
  std::int64_t coming = 0; ///< Turns that were granted and not yet heard of from their queues.
  static constexpr const char* name = "runner";
  [[nodiscard]] const std::string& subject() const { return executor; }
};

using self_pointer = watched_pointer<runner_actor, runner_state>;

void show_health(runner_state& state) {
  state.shared->executors.change_health(
      state.executor, [&](executor_health& h) { h.starting = state.starting.size(); });
}

void show_error(runner_state& state, const std::string& error) {
  state.shared->executors.change_health(state.executor,
                                        [&](executor_health& h) { h.start_error = error; });
}

void count(runner_state& state, std::uint64_t executor_health::*what) {
  state.shared->executors.change_health(state.executor, [&](executor_health& h) { ++(h.*what); });
}

// -- asking -------------------------------------------------------------------------------------------

/// One ask is open at a time, for as many starts as there is room for.
void ask_for_turns(self_pointer self) {
  auto& state = self->state;
  const auto busy =
      state.starting.size() + static_cast<std::size_t>(std::max<std::int64_t>(0, state.coming));
  if (!state.may_ask || state.dismissed || state.asked || state.pausing || state.adopted > 0 ||
      busy >= starts_max)
    return;
  state.asked = true;
  turn_ask wanted;
  wanted.from = {taker_actor{self}, 0, 0};
  wanted.what.pool = state.executor;
  wanted.what.leases = static_cast<std::uint32_t>(starts_max - busy);
  wanted.what.max_jobs = 100'000;
  wanted.what.wait_until = never;
  wanted.worker = state.executor;
  wanted.starting = true;
  self->send(state.shared->arbiter, std::move(wanted));
}

void on_asked(self_pointer self, const ask_done& done) {
  auto& state = self->state;
  state.asked = false;
  state.coming += done.grants;
  if (done.grants > 0)
    return ask_for_turns(self);
  state.pausing = true; // the daemon is draining: nothing will come soon
  self->delayed_send(self, ask_pause, ask_again{});
}

// -- starting -----------------------------------------------------------------------------------------

executors::start_order order_for(const room& shared, const lease& what) {
  executors::start_order order;
  order.name = to_text(what.id);
  order.type = what.type;
  order.tenant = what.tenant;
  order.jobs.reserve(what.jobs.size());
  for (const auto& job : what.jobs)
    order.jobs.push_back({to_text(job.id), job.payload, job.attempt, job.checkpoint, job.trace});
  const auto type = shared.board.type(what.type);
  order.options = type.executor ? type.executor->options : std::string{};
  order.takes_batches = type.batch && type.batch->max_size > 1;
  order.timeout = what.timeout;
  return order;
}

void call_start(self_pointer self, starting_attempt& attempt) {
  auto& state = self->state;
  attempt.step = start_step::calling;
  state.backend.starts->make([executor = state.backend.executor, id = attempt.what.id,
                              order = order_for(*state.shared, attempt.what),
                              runner = runner_actor{self}] {
    caf::anon_send(runner, start_answered{id, std::make_shared<executors::start_result>(
                                                  executor->start(order))});
  });
}

void call_fence(self_pointer self, starting_attempt& attempt) {
  auto& state = self->state;
  attempt.step = start_step::fencing;
  state.backend.calls->make(
      [executor = state.backend.executor, id = attempt.what.id, runner = runner_actor{self}] {
        const auto done = executor->fence(to_text(id));
        caf::anon_send(runner, fence_answered{id, done ? "" : done.error().message});
      });
}

void pause(self_pointer self, starting_attempt& attempt, const std::string& why) {
  auto& state = self->state;
  attempt.step = start_step::pausing;
  const auto doublings = std::min(attempt.failures++, 16U);
  show_error(state, why);
  self->delayed_send(self, std::min(backoff_max, backoff_min * (1 << doublings)),
                     start_again{attempt.what.id});
}

/// The next thing to do for it, unless a call is under way.
void go_on(self_pointer self, starting_attempt& attempt) {
  if (attempt.stop && attempt.step != start_step::undurable)
    call_fence(self, attempt);
  else
    call_start(self, attempt);
}

/// The attempt leaves the runner.
void let_go(self_pointer self, attempt_id id) {
  auto& state = self->state;
  const auto found = state.starting.find(id);
  state.adopted -= found->second.adopted ? 1 : 0;
  state.starting.erase(found);
  show_health(state);
  ask_for_turns(self);
}

template <class What>
void settle(self_pointer self, attempt_id id, What what) {
  settle_part part;
  part.asker = settler_actor{self};
  part.by_executor = true;
  part.items.push_back({0, id.number, std::nullopt, std::move(what)});
  self->state.shared->queues.send_to(
      id.queue, [&](const queue_actor& queue) { self->send(queue, std::move(part)); });
}

void on_lease(self_pointer self, lease_part& part) {
  auto& state = self->state;
  --state.coming;
  if (!part.taken)
    return ask_for_turns(self);
  const auto id = part.taken->id;
  self->send(state.poller, start_expected{id});
  starting_attempt attempt;
  attempt.what = std::move(*part.taken);
  attempt.intent = part.position;
  state.starting.emplace(id, std::move(attempt));
  show_health(state);
  state.shared->durable.wait(part.position, durable_listener{self});
}

void stop(self_pointer self, attempt_id id) {
  auto& state = self->state;
  const auto found = state.starting.find(id);
  if (found == state.starting.end())
    return self->send(state.poller, stop_attempt{id, {}});
  auto& attempt = found->second;
  attempt.stop = true;
  if (attempt.step == start_step::pausing)
    call_fence(self, attempt);
}

void on_durable(self_pointer self, position reached) {
  auto& stops = self->state.stops;
  for (; !stops.empty() && stops.begin()->first <= reached; stops.erase(stops.begin()))
    stop(self, stops.begin()->second);
  for (auto& [id, attempt] : self->state.starting)
    if (attempt.step == start_step::undurable && attempt.intent <= reached)
      go_on(self, attempt);
}

void on_started(self_pointer self, starting_attempt& attempt, executors::started& how) {
  self->state.shared->executors.change_health(self->state.executor, [](executor_health& h) {
    ++h.starts;
    h.start_error.clear();
  });
  self->send(self->state.poller, watch_of(*self->state.shared, attempt.what, how.at, attempt.stop));
  const auto id = attempt.what.id;
  settle(self, id, settle_part::started{std::move(how.handle), how.at});
  let_go(self, id);
}

/// A batch of several may be refused for one of its jobs: tried again, each goes alone.
void on_refused(self_pointer self, const lease& refused, std::string why) {
  const auto id = refused.id;
  count(self->state, &executor_health::starts_refused);
  settle_part::complete what;
  what.how.succeeded = false;
  what.how.retryable = refused.jobs.size() > 1;
  what.how.error = failure{std::move(why), "start"};
  settle(self, id, std::move(what));
  self->send(self->state.poller, start_given_up{id});
  let_go(self, id);
}

void on_start_answered(self_pointer self, const start_answered& a) {
  auto& state = self->state;
  const auto found = state.starting.find(a.attempt);
  if (found == state.starting.end())
    return;
  auto& attempt = found->second;
  if (*a.answer)
    return on_started(self, attempt, **a.answer);
  auto why = a.answer->error();
  if (why.kind == start_failure_kind::refused)
    return on_refused(self, attempt.what, std::move(why.message));
  count(self->state, &executor_health::starts_failed);
  if (attempt.stop)
    return call_fence(self, attempt);
  pause(self, attempt, why.message);
}

void on_fenced(self_pointer self, const fence_answered& a) {
  auto& state = self->state;
  const auto found = state.starting.find(a.attempt);
  if (found == state.starting.end())
    return;
  if (!a.error.empty())
    return pause(self, found->second, a.error);
  settle(self, a.attempt, settle_part::release{}); // its jobs are flagged: they become cancelled
  self->send(state.poller, start_given_up{a.attempt});
  let_go(self, a.attempt);
}

void on_stop(self_pointer self, const stop_attempt& stop) {
  self->state.stops.emplace(stop.position, stop.attempt);
  self->state.shared->durable.wait(stop.position, durable_listener{self});
}

void on_start_again(self_pointer self, attempt_id id) {
  auto& state = self->state;
  const auto found = state.starting.find(id);
  if (found != state.starting.end() && found->second.step == start_step::pausing)
    go_on(self, found->second);
}

void adopt(self_pointer self, std::vector<lease> adopted) {
  auto& state = self->state;
  state.adopted = adopted.size();
  for (auto& what : adopted) {
    const auto id = what.id;
    self->send(state.poller, start_expected{id});
    starting_attempt attempt;
    attempt.what = std::move(what);
    attempt.adopted = true;
    attempt.step = start_step::pausing;
    call_start(self, state.starting.emplace(id, std::move(attempt)).first->second);
  }
  show_health(state);
}

runner_actor::behavior_type behave(self_pointer self, room_ptr shared, runner_setup& setup) {
  auto& state = self->state;
  state.shared = std::move(shared);
  state.executor = std::move(setup.executor);
  state.backend = std::move(setup.backend);
  state.poller = std::move(setup.poller);
  adopt(self, std::move(setup.adopted));
  return {
      [=](lease_part& part) { on_lease(self, part); },
      [=](const ask_done& done) { on_asked(self, done); },
      [=](const settled_part&) {}, // the journal keeps it, and the queue has told the arbiter
      [=](const durable_reached& d) { on_durable(self, d.position); },
      [=](const stop_attempt& stop) { on_stop(self, stop); },
      [=](const start_answered& a) { on_start_answered(self, a); },
      [=](const start_again& a) { on_start_again(self, a.attempt); },
      [=](ask_again) {
        self->state.may_ask = true;
        self->state.pausing = false;
        ask_for_turns(self);
      },
      [=](runner_dismissed) {
        self->state.dismissed = true;
        self->send(self->state.shared->arbiter, withdraw_asks{taker_actor{self}});
      },
      [=](const fence_answered& a) { on_fenced(self, a); },
      [=](const load_wanted& part) { tell_load(self, part); },
  };
}

} // namespace

runner_actor spawn_runner(caf::actor_system& system, room_ptr room, runner_setup setup) {
  return system.spawn(
      [room = std::move(room), setup = std::move(setup)](self_pointer self) mutable {
        return behave(self, std::move(room), setup);
      });
}

} // namespace rota::actors
