#include "actors/queue/queue_actor.hpp"

#include "actors/queue/queue_lease.hpp"
#include "actors/queue/queue_turn.hpp"
#include "wire/batch_key.hpp"

#include <caf/actor_system.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <algorithm>
#include <set>

namespace rota::actors {
namespace {

using namespace engine;

using self_pointer = queue_pointer;
using turn = queue_turn;

// -- push -----------------------------------------------------------------------------------------

push_reply::job push_one(turn& t, job_spec spec, serial number) {
  const auto queue = t.core().identity().number;
  auto decision = t.core().decide_push(std::move(spec), number, t.now());
  if (const auto* first = std::get_if<duplicate_push>(&decision))
    return {{queue, first->first}, first->state, true};
  if (auto* replaced = std::get_if<job_replaced>(&decision)) {
    const auto id = replaced->number;
    t.record(std::move(*replaced));
    return {{queue, id}, t.core().state_of(id).value_or(job_state::ready), true};
  }
  t.record(std::move(std::get<job_pushed>(decision)));
  return {{queue, number}, t.core().state_of(number).value_or(job_state::ready), false};
}

void on_push(self_pointer self, push_part& part) {
  turn t{self};
  pushed_jobs pushed;
  pushed.jobs.reserve(part.jobs.size());
  std::size_t bytes = 0;
  for (const auto& spec : part.jobs)
    bytes += spec.payload.size();
  t.reserved(part.jobs.size(), bytes);
  for (auto& spec : part.jobs)
    pushed.jobs.push_back(push_one(t, std::move(spec), self->state.shared->serials.next()));
  t.answer(part, std::move(pushed));
}

// -- grants ---------------------------------------------------------------------------------------

/// Hands out one turn; the answer has no lease if the jobs were cancelled meanwhile.
lease_part hand_out(turn& t, grant_order& order) {
  auto answer = answer_to<lease_part>(order.ask);
  queue_changed::take take{order.take.attempt, 0, {}};
  if (auto taken = t.core().decide_take(order.take, t.now())) {
    t.record(*taken);
    t.keep_mark(*taken);
    answer.taken = make_lease(t.core(), taken->attempt);
    take.jobs = static_cast<std::uint32_t>(taken->jobs.size());
    take.cost = t.core().use_of(taken->attempt)->cost;
  }
  t.report(take);
  return answer;
}

void on_grants(self_pointer self, grant_orders& orders) {
  turn t{self};
  std::vector<lease_part> answers;
  answers.reserve(orders.grants.size());
  for (auto& order : orders.grants) {
    ++self->state.grants_seen;
    answers.push_back(hand_out(t, order));
  }
  const auto position = t.finish();
  for (std::size_t i = 0; i < answers.size(); ++i) {
    answers[i].position = position;
    self->send(orders.grants[i].ask.asker, std::move(answers[i]));
  }
}

// -- results --------------------------------------------------------------------------------------

using settled_item = settled_part::item;

/// Settles one job by `decide(job)`, and adds the result to `out`.
template <class Decide>
void settle_job(turn& t, settled_item& out, serial job, Decide&& decide) {
  auto settled = decide(job);
  if (!settled)
    return;
  out.jobs.push_back({{t.core().identity().number, job}, settled->state});
  if (!has_ended(settled->state))
    out.until = settled->due;
  t.record(std::move(*settled));
}

/// Settles the item's job, or each job of its attempt.
template <class Decide>
void settle_jobs(turn& t, settled_item& out, const settle_part::item& item, Decide&& decide) {
  const auto jobs = item.job ? std::vector{*item.job} : t.core().jobs_of(item.attempt);
  for (const auto job : jobs)
    settle_job(t, out, job, decide);
  out.lost = out.jobs.empty();
}

/// Records the exit status of an executed job before the outcome derived from it.
void record_exit(turn& t, const settle_part::item& item, serial job,
                 const settle_part::complete& how) {
  if (how.exit && t.core().attempt_of(job) == item.attempt)
    t.record(job_exited{item.attempt, job, how.exit->exit_code, how.exit->signal});
}

// One function for each kind of item.

void carry_out(turn& t, settled_item& out, const settle_part::item& item,
               settle_part::complete& how) {
  settle_jobs(t, out, item, [&](serial job) {
    record_exit(t, item, job, how);
    return t.core().decide_complete(item.attempt, job, how.how, t.now());
  });
}

void carry_out(turn& t, settled_item& out, const settle_part::item& item,
               const settle_part::release&) {
  settle_jobs(t, out, item,
              [&](serial job) { return t.core().decide_release(item.attempt, job, t.now()); });
}

void carry_out(turn& t, settled_item& out, const settle_part::item& item,
               const settle_part::defer& how) {
  settle_jobs(t, out, item, [&](serial job) {
    return t.core().decide_defer(item.attempt, job, how.after, how.checkpoint, t.now());
  });
}

void carry_out(turn& t, settled_item& out, const settle_part::item& item,
               const settle_part::lost&) {
  settle_jobs(t, out, item,
              [&](serial job) { return t.core().decide_lost(item.attempt, job, t.now()); });
}

void carry_out(turn& t, settled_item& out, const settle_part::item& item,
               const settle_part::started& how) {
  auto started = t.core().decide_started(item.attempt, how.handle, how.at, t.now());
  out.lost = !started;
  if (started)
    t.record(std::move(*started));
}

void carry_out(turn& t, settled_item& out, const settle_part::item& item,
               const settle_part::extend& how) {
  const auto jobs = t.core().jobs_of(item.attempt);
  for (const auto job : jobs)
    if (t.core().cancelling(job))
      out.cancelled.push_back({t.core().identity().number, job});
  out.all_cancelled = t.core().all_cancelling(item.attempt);
  out.lost = jobs.empty();
  if (out.lost || out.all_cancelled)
    return;
  if (auto extended = t.core().decide_extend(item.attempt, how.lease, t.now())) {
    out.until = extended->deadline;
    t.record(std::move(*extended));
  } else {
    out.lost = true;
  }
}

void on_settle(self_pointer self, settle_part& part) {
  turn t{self};
  auto answer = answer_to<settled_part>(part);
  answer.items.reserve(part.items.size());
  for (auto& item : part.items) {
    settled_item out;
    out.index = item.index;
    if (t.core().executed(item.attempt) != part.by_executor)
      out.lost = true; // the id of a lease where an executed attempt is meant, or the reverse
    else
      std::visit([&](auto& how) { carry_out(t, out, item, how); }, item.what);
    answer.items.push_back(std::move(out));
  }
  answer.position = t.finish();
  if (part.asker) // null: no answer is wanted
    self->send(part.asker, std::move(answer));
}

// -- cancel and retry -----------------------------------------------------------------------------

void cancel_one(turn& t, cancelled_jobs& done, serial job) {
  const job_id id{t.core().identity().number, job};
  auto decision = t.core().decide_cancel(job, t.now());
  if (!decision) {
    if (decision.error() == errc::not_found)
      done.unknown.push_back(id);
    else
      done.wrong_state.push_back(to_text(id));
    return;
  }
  if (auto* now = std::get_if<job_cancelled>(&*decision)) {
    t.record(std::move(*now));
    done.cancelled.push_back(to_text(id));
  } else {
    if (!t.core().cancelling(job))
      t.record(std::move(std::get<cancel_requested>(*decision)));
    done.cancelling.push_back(to_text(id));
  }
}

/// Jobs of the given states, oldest first, at most `limit`.
std::vector<serial> jobs_in(const queue& core, std::initializer_list<job_state> states,
                            std::size_t limit) {
  std::vector<serial> out;
  for (const auto state : states) {
    const auto page = core.list(state, {}, limit - out.size());
    out.insert(out.end(), page.jobs.begin(), page.jobs.end());
    if (out.size() >= limit)
      break;
  }
  return out;
}

/// Returns the executed attempts all of whose jobs are cancelled, some of them by this request.
std::set<serial> attempts_to_stop(const queue& core, const std::vector<serial>& cancelled) {
  std::set<serial> attempts;
  for (const auto job : cancelled)
    if (const auto attempt = core.attempt_of(job); attempt && core.executed(*attempt))
      attempts.insert(*attempt);
  std::erase_if(attempts, [&](serial attempt) { return !core.all_cancelling(attempt); });
  return attempts;
}

/// Requests the stop of executed attempts; acted on once the cancels, which end at `last`, are
/// durable.
void stop_attempts(const room& room, const queue& core, const std::vector<serial>& cancelled,
                   position last) {
  for (const auto attempt : attempts_to_stop(core, cancelled))
    room.executors.tell_runner(core.attempt(attempt)->worker,
                               {{core.identity().number, attempt}, last});
}

void on_cancel(self_pointer self, cancel_part& part) {
  turn t{self};
  cancelled_jobs done;
  if (part.all) {
    auto jobs = jobs_in(
        t.core(), {job_state::ready, job_state::delayed, job_state::starting, job_state::running},
        part.limit + 1);
    std::erase_if(jobs, [&](serial job) { return t.core().cancelling(job); });
    done.more = jobs.size() > part.limit;
    jobs.resize(std::min(jobs.size(), part.limit));
    part.jobs = std::move(jobs);
  }
  for (const auto job : part.jobs)
    cancel_one(t, done, job);
  const auto last = t.finish();
  stop_attempts(*self->state.shared, t.core(), part.jobs, last);
  self->send(part.asker, answer_to(part, last, std::move(done)));
}

void revive_one(turn& t, revived_jobs& done, serial job, result<job_revived> decision) {
  const job_id id{t.core().identity().number, job};
  if (decision) {
    t.record(std::move(*decision));
    done.revived.push_back(to_text(id));
  } else if (decision.error() == errc::not_found) {
    done.unknown.push_back(id);
  } else {
    done.wrong_state.push_back(to_text(id));
  }
}

void on_revive(self_pointer self, revive_part& part) {
  turn t{self};
  revived_jobs done;
  if (part.all) {
    part.jobs = jobs_in(t.core(), {job_state::failed, job_state::cancelled}, part.limit + 1);
    done.more = part.jobs.size() > part.limit;
    part.jobs.resize(std::min(part.jobs.size(), part.limit));
  }
  for (const auto job : part.jobs)
    revive_one(t, done, job, t.core().decide_revive(job, t.now()));
  const auto& batch = t.core().settings().batch;
  for (auto& record : part.records) {
    if (batch) // the setting may have changed since the job ended
      set_mark(record.spec, batch_mark_of(record.spec.payload, *batch));
    const auto job = record.number;
    revive_one(t, done, job, t.core().decide_revive(std::move(record), t.now()));
  }
  t.answer(part, std::move(done));
}

// -- reading --------------------------------------------------------------------------------------

job_view view_of(const queue& core, serial job) {
  const auto& identity = core.identity();
  return {{identity.number, job},
          identity.type,
          identity.tenant,
          *core.find(job),
          core.settings().executor ? core.settings().executor->name : std::string{},
          core.position(job),
          std::nullopt};
}

void on_find(self_pointer self, find_part& part) {
  turn t{self};
  found_job found;
  if (t.core().state_of(part.job)) {
    found.job = view_of(t.core(), part.job);
    found.lane = t.core().lane_of(part.job);
  }
  t.answer(part, std::move(found));
}

void on_list(self_pointer self, list_part& part) {
  turn t{self};
  listed_jobs listed;
  const auto page = t.core().list(part.state, part.after, part.limit);
  listed.jobs.reserve(page.jobs.size());
  for (const auto job : page.jobs)
    listed.jobs.push_back(view_of(t.core(), job));
  listed.more = page.more;
  t.answer(part, std::move(listed));
}

void on_count(self_pointer self, count_part& part) {
  turn t{self};
  const auto& identity = t.core().identity();
  queue_view view{identity.type, identity.tenant, t.core().counts(), std::nullopt,
                  self->state.shared->board.paused(identity.type, identity.tenant)};
  if (const auto since = t.core().oldest_ready())
    view.oldest_ready =
        std::chrono::duration_cast<milliseconds>(std::max(duration{0}, t.now() - *since));
  t.answer(part, std::move(view));
}

// -- time, snapshots, the end ---------------------------------------------------------------------

void audit(self_pointer self) {
  auto& state = self->state;
  const auto& who = state.core->identity();
  state.audit.run(
      state.shared->audits, *state.core, state.shared->limits.audit_every,
      [&] { return state.shared->clock.at(self->clock().now()); },
      "queue " + std::to_string(who.number.value) + " (type " + who.type + ", tenant " +
          who.tenant + ")");
}

void on_wake(self_pointer self) {
  auto& state = self->state;
  state.armed = never;
  audit(self);
  turn t{self};
  while (auto overdue = t.core().decide_overdue(t.now()))
    t.record(std::move(*overdue));
  t.finish();
  const bool done = state.idle && t.now() >= state.idle_since + state.shared->limits.retire_after;
  if (done && !state.leaving) {
    state.leaving = true;
    self->send(state.shared->directory, wants_to_retire{state.core->identity().number});
  }
}

void offer_piece(self_pointer self) {
  auto& state = self->state;
  const auto now = state.shared->clock.at(self->clock().now());
  std::erase_if(state.marks.key_rates, [&](const auto& rate) { return rate.second <= now; });
  state.shared->journal.offer_rows(
      state.snapshot->next_piece(*state.core, state.marks, state.last));
}

void on_snapshot_wanted(self_pointer self) {
  auto& state = self->state;
  if (state.snapshot)
    return;
  state.snapshot.emplace();
  offer_piece(self);
}

void on_piece_written(self_pointer self) {
  auto& state = self->state;
  if (!state.snapshot)
    return;
  turn t{self};
  for (const auto job : state.snapshot->ended_in_last_piece())
    t.core().forget(job);
  if (state.snapshot->finished())
    state.snapshot.reset();
  else
    offer_piece(self);
  t.finish();
}

void join_arbiter(self_pointer self) {
  const auto& state = self->state;
  const auto& identity = state.core->identity();
  self->state.grants_seen = 0;
  self->send(state.shared->arbiter,
             queue_joined{queue_actor{self}, identity.number, identity.type, identity.tenant});
  self->send(state.shared->arbiter,
             queue_changed{identity.number, {}, {}, {0, state.core->all_lanes()}});
}

void on_retire(self_pointer self) {
  auto& state = self->state;
  const auto number = state.core->identity().number;
  state.leaving = false;
  const bool gone = state.idle;
  self->send(state.shared->directory, retired{number, gone});
  if (gone)
    self->quit();
  else // work came in, but the arbiter has already forgotten this queue
    join_arbiter(self);
}

queue_actor::behavior_type behave(self_pointer self, room_ptr shared, std::shared_ptr<queue> core,
                                  queue_origin from) {
  self->state.shared = std::move(shared);
  self->state.marks = std::move(from.marks);
  self->state.last = from.last;
  self->state.core = std::move(core);
  self->state.figures = &self->state.shared->types.of(self->state.core->identity().type);
  self->state.core->take_changes(); // join_arbiter() reports all of them
  join_arbiter(self);
  if (from.joined)
    from.joined->count_down();
  turn{self}.finish();
  return {
      [=](push_part& part) { on_push(self, part); },
      [=](grant_orders& orders) { on_grants(self, orders); },
      [=](settle_part& part) { on_settle(self, part); },
      [=](cancel_part& part) { on_cancel(self, part); },
      [=](revive_part& part) { on_revive(self, part); },
      [=](find_part& part) { on_find(self, part); },
      [=](list_part& part) { on_list(self, part); },
      [=](count_part& part) { on_count(self, part); },
      [=](configure_queue& c) {
        turn t{self};
        t.core().configure(std::make_shared<const type_settings>(std::move(c.settings)),
                           batch_mark_of);
        t.finish();
      },
      [=](wake) { on_wake(self); },
      [=](snapshot_wanted) { on_snapshot_wanted(self); },
      [=](piece_written) { on_piece_written(self); },
      [=](retire_now) { on_retire(self); },
  };
}

} // namespace

queue_actor spawn_queue(caf::actor_system& system, room_ptr room, std::shared_ptr<queue> core,
                        queue_origin from) {
  return system.spawn(behave, std::move(room), std::move(core), std::move(from));
}

} // namespace rota::actors
