#include "actors/executor/poller_actor.hpp"

#include "actors/executor/settled_ending.hpp"
#include "actors/runtime/load.hpp"
#include "actors/runtime/watched_actor.hpp"
#include "executors/options.hpp"

#include <caf/actor_system.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace rota::actors {
namespace {

using namespace engine;
using executors::sight;
using executors::stop_signal;

/// A KILL that got lost is sent again after that.
constexpr milliseconds kill_again{5000};
/// Rounds without a trace of an attempt until it is lost.
constexpr std::uint32_t missing_rounds_max = 3;
/// What was just removed may be seen once more, by a round that had begun before.
constexpr std::uint32_t orphan_rounds_min = 2;

/// Where a watched attempt is on its way out.
enum class watch_step : std::uint8_t {
  running,
  fetching, ///< Its result.
  fencing,  ///< It is lost.
  settling, ///< Its queue has been told.
  removing, ///< Its end is durable.
};

/// Why it was asked to stop.
enum class stop_reason : std::uint8_t { none, cancel, timeout };

struct watched_attempt {
  watch_attempt what;
  watch_step step = watch_step::running;
  std::uint64_t since_round = 0; ///< Lists asked for before that needn't have it.
  std::uint32_t missing = 0;
  stop_reason stopped = stop_reason::none;
  time_point next_signal = never;              ///< The timeout, then the end of the grace.
  stop_signal signal = stop_signal::terminate; ///< The next one.
  position end; ///< When settled: durable up to here, it may be removed.
};

struct poller_state {
  room_ptr shared;
  std::string executor;
  executor_backend backend;
  std::map<attempt_id, watched_attempt> watched;
  std::set<attempt_id> expected;    ///< The runner has them.
  std::set<attempt_id> ended_early; ///< Of them: their end was hinted at already.
  struct orphan {
    time_point since{};
    std::uint32_t rounds = 0;
  };
  std::map<std::string, orphan> orphans;
  std::uint64_t round = 0; ///< Of the last list() that was asked for.
  bool listing = false;
  bool hinted = false; ///< While listing: look again.
  std::uint32_t list_failures = 0;
  milliseconds interval{0};
  std::uint64_t armed = 0; ///< The number of the poll_now that counts.
  time_point armed_at = never;
  static constexpr const char* name = "poller";
  [[nodiscard]] const std::string& subject() const { return executor; }
};

using self_pointer = watched_pointer<poller_actor, poller_state>;

time_point now_of(self_pointer self) { return self->state.shared->clock.at(self->clock().now()); }

void show_health(poller_state& state) {
  state.shared->executors.change_health(state.executor, [&](executor_health& h) {
    h.running = state.watched.size();
    h.orphans = static_cast<std::size_t>(
        std::count_if(state.orphans.begin(), state.orphans.end(),
                      [](const auto& o) { return o.second.rounds >= orphan_rounds_min; }));
  });
}

void count(poller_state& state, std::uint64_t executor_health::*what) {
  state.shared->executors.change_health(state.executor, [&](executor_health& h) { ++(h.*what); });
}

void show_error(poller_state& state, const std::string& error) {
  state.shared->executors.change_health(state.executor,
                                        [&](executor_health& h) { h.poll_error = error; });
}

// -- time ---------------------------------------------------------------------------------------------

/// Looks at `at`, or earlier if that was asked for.
void look_at(self_pointer self, time_point at) {
  auto& state = self->state;
  if (at >= state.armed_at)
    return;
  state.armed_at = at;
  self->scheduled_send(poller_actor{self}, state.shared->clock.from(at), poll_now{++state.armed});
}

time_point next_signal(const poller_state& state) {
  auto at = never;
  for (const auto& [id, attempt] : state.watched)
    if (attempt.step == watch_step::running)
      at = std::min(at, attempt.next_signal);
  return at;
}

/// When nothing is watched there is nothing to look for.
void arm(self_pointer self) {
  auto& state = self->state;
  if (state.watched.empty() && state.orphans.empty() && state.list_failures == 0)
    return;
  look_at(self, std::min(now_of(self) + state.interval, next_signal(state)));
}

// -- calls --------------------------------------------------------------------------------------------

void call_list(self_pointer self) {
  auto& state = self->state;
  if (state.listing) {
    state.hinted = true;
    return;
  }
  state.listing = true;
  state.hinted = false;
  state.backend.calls->make(
      [executor = state.backend.executor, round = ++state.round, poller = poller_actor{self}] {
        using answer = executors::backend_result<std::vector<executors::sighting>>;
        caf::anon_send(poller, list_answered{round, std::make_shared<answer>(executor->list())});
      });
}

void call_result(self_pointer self, attempt_id id) {
  self->state.backend.calls->make([executor = self->state.backend.executor, id,
                                   poller = poller_actor{self}] {
    using answer = executors::backend_result<executors::ending>;
    caf::anon_send(poller,
                   result_answered{id, std::make_shared<answer>(executor->result(to_text(id)))});
  });
}

/// Makes a call that answers with nothing but an error.
template <class Call>
void call(self_pointer self, call_answered::call what, std::string name, Call&& call) {
  self->state.backend.calls->make([executor = self->state.backend.executor, what,
                                   name = std::move(name), call = std::forward<Call>(call),
                                   poller = poller_actor{self}] {
    const auto done = call(*executor, name);
    caf::anon_send(poller, call_answered{what, name, done ? "" : done.error().message});
  });
}

void call_fence(self_pointer self, const std::string& name) {
  call(self, call_answered::call::fence, name,
       [](executors::executor& e, const std::string& who) { return e.fence(who); });
}

void call_remove(self_pointer self, const std::string& name) {
  call(self, call_answered::call::remove, name,
       [](executors::executor& e, const std::string& who) { return e.remove(who); });
}

void call_signal(self_pointer self, const std::string& name, stop_signal what) {
  call(self, call_answered::call::signal, name,
       [what](executors::executor& e, const std::string& who) { return e.signal(who, what); });
}

// -- stopping -----------------------------------------------------------------------------------------

/// TERM first, KILL after the grace. An attempt that is being looked at gets its signal afterwards.
void send_due_signals(self_pointer self) {
  const auto now = now_of(self);
  for (auto& [id, attempt] : self->state.watched) {
    if (attempt.step != watch_step::running || attempt.next_signal > now)
      continue;
    if (attempt.stopped == stop_reason::none)
      attempt.stopped = stop_reason::timeout;
    call_signal(self, to_text(id), attempt.signal);
    attempt.next_signal =
        now + (attempt.signal == stop_signal::kill ? kill_again : attempt.what.grace);
    attempt.signal = stop_signal::kill;
    self->state.interval = self->state.shared->limits.look_soon;
  }
}

void cancel(self_pointer self, watched_attempt& attempt) {
  if (attempt.stopped != stop_reason::none)
    return;
  attempt.stopped = stop_reason::cancel;
  attempt.next_signal = now_of(self);
  send_due_signals(self);
  arm(self);
}

// -- how it ended -------------------------------------------------------------------------------------

/// Tells the queue; nothing more is done with the attempt until its answer is durable.
void settle(self_pointer self, watched_attempt& attempt, settle_part part) {
  attempt.step = watch_step::settling;
  part.asker = settler_actor{self};
  part.request = attempt.what.attempt.number.value;
  part.part = attempt.what.attempt.queue.value;
  part.by_executor = true;
  const bool told =
      self->state.shared->queues.send_to(attempt.what.attempt.queue, [&](const queue_actor& queue) {
        self->send(queue, std::move(part));
      });
  if (!told) // its queue has no attempt, so it was settled before
    call_remove(self, to_text(attempt.what.attempt));
}

void settle_ended(self_pointer self, watched_attempt& attempt, executors::ending& how) {
  how.timed_out = how.timed_out || attempt.stopped == stop_reason::timeout;
  settle(self, attempt, part_of_ending(attempt.what, how));
}

void settle_lost(self_pointer self, watched_attempt& attempt) {
  count(self->state, &executor_health::lost);
  settle_part part;
  part.items.push_back({0, attempt.what.attempt.number, std::nullopt, settle_part::lost{}});
  settle(self, attempt, std::move(part));
}

void on_result(self_pointer self, const result_answered& a) {
  auto& state = self->state;
  const auto found = state.watched.find(a.attempt);
  if (found == state.watched.end() || found->second.step != watch_step::fetching)
    return;
  if (*a.answer) {
    settle_ended(self, found->second, **a.answer);
    return;
  }
  // Its own trouble: the next round tries again.
  found->second.step = watch_step::running;
  show_error(state, a.answer->error().message);
  send_due_signals(self);
  arm(self);
}

void on_settled(self_pointer self, const settled_part& answer) {
  auto& state = self->state;
  const auto found = state.watched.find({{answer.part}, {answer.request}});
  if (found == state.watched.end())
    return;
  found->second.end = answer.position;
  state.shared->durable.wait(answer.position, durable_listener{self});
}

void on_durable(self_pointer self, position reached) {
  for (auto& [id, attempt] : self->state.watched)
    if (attempt.step == watch_step::settling && attempt.end.value > 0 && attempt.end <= reached) {
      attempt.step = watch_step::removing;
      call_remove(self, to_text(id));
    }
}

// -- looking ------------------------------------------------------------------------------------------

void fetch(self_pointer self, watched_attempt& attempt) {
  attempt.step = watch_step::fetching;
  call_result(self, attempt.what.attempt);
}

/// True when the sighting is news.
bool look_at_one(self_pointer self, watched_attempt& attempt, sight what, std::uint64_t round) {
  attempt.missing = 0;
  if (attempt.step != watch_step::running)
    return false;
  // A list that was asked for before its start was confirmed may tell of the time before that.
  if (attempt.since_round > round && what != sight::ended)
    return false;
  switch (what) {
  case sight::running: return false;
  case sight::ended: fetch(self, attempt); return true;
  case sight::created: // it ran once; whatever this is, it isn't what we started
  case sight::lost:
    attempt.step = watch_step::fencing;
    call_fence(self, to_text(attempt.what.attempt));
    return true;
  }
  return false;
}

/// An attempt of ours that nobody knows. Most have ended, and a crash came before their removal.
void look_at_orphan(self_pointer self, const std::string& name, sight what,
                    std::set<std::string>& seen) {
  auto& state = self->state;
  seen.insert(name);
  const auto now = now_of(self);
  auto& orphan = state.orphans.try_emplace(name, poller_state::orphan{now, 0}).first->second;
  if (++orphan.rounds < orphan_rounds_min || now - orphan.since < state.shared->limits.orphan_after)
    return;
  orphan.since = now; // once in such a time
  if (what == sight::ended)
    call_remove(self, name);
  else
    call_fence(self, name);
}

bool look_at_missing(self_pointer self, const std::set<attempt_id>& seen, std::uint64_t round) {
  bool news = false;
  for (auto& [id, attempt] : self->state.watched) {
    if (seen.contains(id) || attempt.step != watch_step::running || attempt.since_round > round)
      continue;
    news = true;
    if (++attempt.missing < missing_rounds_max)
      continue;
    attempt.step = watch_step::fencing;
    call_fence(self, to_text(id));
  }
  return news;
}

void look_at_all(self_pointer self, std::uint64_t round,
                 const std::vector<executors::sighting>& sightings) {
  auto& state = self->state;
  std::set<attempt_id> seen;
  std::set<std::string> orphans;
  bool news = false;
  // Each round begins elsewhere, so that those in front don't always go first.
  for (std::size_t i = 0; i < sightings.size(); ++i) {
    const auto& [name, what] = sightings[(i + round) % sightings.size()];
    const auto id = attempt_id_from(name);
    const auto found = id ? state.watched.find(*id) : state.watched.end();
    if (found != state.watched.end()) {
      seen.insert(*id);
      news |= look_at_one(self, found->second, what, round);
    } else if (!id || !state.expected.contains(*id)) {
      look_at_orphan(self, name, what, orphans);
    }
  }
  news |= look_at_missing(self, seen, round);
  std::erase_if(state.orphans, [&](const auto& o) { return !orphans.contains(o.first); });
  const auto& limits = state.shared->limits;
  state.interval = news ? limits.look_soon : std::min(limits.look_late, state.interval * 3 / 2);
}

void on_list(self_pointer self, const list_answered& a) {
  auto& state = self->state;
  state.listing = false;
  count(state, *a.answer ? &executor_health::polls : &executor_health::polls_failed);
  if (*a.answer) {
    state.list_failures = 0;
    show_error(state, "");
    look_at_all(self, a.round, **a.answer);
  } else {
    ++state.list_failures;
    show_error(state, a.answer->error().message);
    const auto& limits = state.shared->limits;
    state.interval =
        std::min(limits.look_late, limits.look_soon * (1 << std::min(state.list_failures, 8U)));
  }
  show_health(state);
  if (state.hinted)
    call_list(self);
  arm(self);
}

void on_poll(self_pointer self, std::uint64_t number) {
  auto& state = self->state;
  if (number != state.armed)
    return;
  state.armed_at = never;
  send_due_signals(self);
  call_list(self);
}

// -- who comes and goes -------------------------------------------------------------------------------

void on_watch(self_pointer self, watch_attempt what) {
  auto& state = self->state;
  const auto id = what.attempt;
  state.expected.erase(id);
  watched_attempt attempt;
  attempt.since_round = state.round + 1;
  if (what.timeout)
    attempt.next_signal = what.started + *what.timeout;
  const bool cancelled = what.stop;
  attempt.what = std::move(what);
  auto& kept = state.watched.insert_or_assign(id, std::move(attempt)).first->second;
  if (state.ended_early.erase(id) > 0)
    fetch(self, kept);
  if (cancelled)
    cancel(self, kept);
  state.interval = state.shared->limits.look_soon;
  show_health(state);
  arm(self);
}

/// The one that has ended, or something that we can't tell.
void on_hint(self_pointer self, const std::string& name) {
  auto& state = self->state;
  const auto id = attempt_id_from(name);
  const auto found = id ? state.watched.find(*id) : state.watched.end();
  if (found == state.watched.end()) {
    if (!id || !state.expected.contains(*id)) // else we look when we watch it
      call_list(self);
    else
      state.ended_early.insert(*id);
  } else if (found->second.step == watch_step::running) {
    fetch(self, found->second);
  }
}

void forget(self_pointer self, attempt_id id) {
  auto& state = self->state;
  state.watched.erase(id);
  show_health(state);
}

void on_fence_answered(self_pointer self, const call_answered& a) {
  auto& state = self->state;
  const auto id = attempt_id_from(a.name);
  const auto found = id ? state.watched.find(*id) : state.watched.end();
  if (found == state.watched.end()) {
    if (a.error.empty()) // an orphan
      call_remove(self, a.name);
    return;
  }
  if (a.error.empty()) {
    settle_lost(self, found->second);
  } else {
    found->second.step = watch_step::running; // the next rounds try again
    show_error(state, a.error);
  }
}

void on_remove_answered(self_pointer self, const call_answered& a) {
  if (!a.error.empty())
    show_error(self->state, a.error); // it is an orphan from now on, and goes as one
  if (const auto id = attempt_id_from(a.name))
    forget(self, *id);
}

void on_call(self_pointer self, const call_answered& a) {
  switch (a.what) {
  case call_answered::call::signal:
    if (!a.error.empty())
      show_error(self->state, a.error);
    break;
  case call_answered::call::fence: on_fence_answered(self, a); break;
  case call_answered::call::remove: on_remove_answered(self, a); break;
  }
  arm(self);
}

poller_actor::behavior_type behave(self_pointer self, room_ptr shared, poller_setup& setup) {
  auto& state = self->state;
  state.shared = std::move(shared);
  state.interval = state.shared->limits.look_soon;
  state.executor = std::move(setup.executor);
  state.backend = std::move(setup.backend);
  state.backend.executor->on_hint([poller = poller_actor{self}](const std::string& name) {
    caf::anon_send(poller, backend_hinted{name});
  });
  for (auto& attempt : setup.adopted)
    on_watch(self, std::move(attempt));
  call_list(self); // also for what an earlier run left behind
  return {
      [=](start_expected e) { self->state.expected.insert(e.attempt); },
      [=](watch_attempt& what) { on_watch(self, std::move(what)); },
      [=](start_given_up g) {
        self->state.expected.erase(g.attempt);
        self->state.ended_early.erase(g.attempt);
        call_remove(self, to_text(g.attempt));
      },
      [=](const stop_attempt& what) {
        const auto found = self->state.watched.find(what.attempt);
        if (found != self->state.watched.end())
          cancel(self, found->second);
      },
      [=](const backend_hinted& h) { on_hint(self, h.name); },
      [=](const poll_now& p) { on_poll(self, p.number); },
      [=](const list_answered& a) { on_list(self, a); },
      [=](const result_answered& a) { on_result(self, a); },
      [=](const call_answered& a) { on_call(self, a); },
      [=](const settled_part& answer) { on_settled(self, answer); },
      [=](const durable_reached& d) { on_durable(self, d.position); },
      [=](const load_wanted& part) { tell_load(self, part); },
  };
}

} // namespace

watch_attempt watch_of(const room& shared, const lease& attempt, time_point started, bool stop) {
  watch_attempt watch;
  watch.attempt = attempt.id;
  for (const auto& job : attempt.jobs)
    watch.jobs.push_back(job.id);
  watch.started = started;
  watch.timeout = attempt.timeout;
  const auto options = executors::read_options(
      shared.board.type(attempt.type).executor.value_or(engine::executor_choice{}).options);
  watch.grace = options ? options->grace : executors::attempt_options{}.grace;
  watch.stop = stop;
  return watch;
}

poller_actor spawn_poller(caf::actor_system& system, room_ptr room, poller_setup setup) {
  return system.spawn(
      [room = std::move(room), setup = std::move(setup)](self_pointer self) mutable {
        return behave(self, std::move(room), setup);
      });
}

} // namespace rota::actors
