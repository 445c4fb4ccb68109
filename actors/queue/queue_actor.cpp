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

// -- push ---------------------------------------------------------------------------------------------

push_reply::job push_one(turn& t, job_spec spec, serial number) {
  const auto queue = t.core().identity().number;
  auto decision = t.core().decide_push(std::move(spec), number, t.now());
  if (const auto* first = std::get_if<duplicate_push>(&decision))
    return {{queue, first->first}, first->state, true};
  if (auto* replaced = std::get_if<job_replaced>(&decision)) {
    const auto id = replaced->number;
    t.make_true(std::move(*replaced));
    return {{queue, id}, t.core().state_of(id).value_or(job_state::ready), true};
  }
  t.make_true(std::move(std::get<job_pushed>(decision)));
  return {{queue, number}, t.core().state_of(number).value_or(job_state::ready), false};
}

void on_push(self_pointer self, push_part& part) {
  turn t{self};
  auto answer = answer_to<pushed_part>(part);
  answer.jobs.reserve(part.jobs.size());
  std::size_t bytes = 0;
  for (const auto& spec : part.jobs)
    bytes += spec.payload.size();
  t.reserved(part.jobs.size(), bytes);
  for (auto& spec : part.jobs)
    answer.jobs.push_back(push_one(t, std::move(spec), self->state.shared->serials.next()));
  answer.position = t.finish();
  self->send(part.asker, std::move(answer));
}

// -- grants -------------------------------------------------------------------------------------------

/// Hands out one turn; the answer says nothing was there if the jobs have just gone.
lease_part hand_out(turn& t, grant_order& order) {
  auto answer = answer_to<lease_part>(order.ask);
  queue_told::take told{order.take.attempt, 0, {}};
  if (auto taken = t.core().decide_take(order.take, t.now())) {
    t.make_true(*taken);
    t.note_mark(*taken);
    answer.taken = make_lease(t.core(), taken->attempt);
    told.jobs = static_cast<std::uint32_t>(taken->jobs.size());
    told.cost = t.core().use_of(taken->attempt)->cost;
  }
  t.told().takes.push_back(told);
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

// -- results ------------------------------------------------------------------------------------------

using settled_item = settled_part::item;

/// Settles one job by `decide(job)`; notes where it went.
template <class Decide>
void settle_job(turn& t, settled_item& out, serial job, Decide&& decide) {
  auto settled = decide(job);
  if (!settled)
    return;
  out.jobs.push_back({{t.core().identity().number, job}, settled->state});
  if (!has_ended(settled->state))
    out.until = settled->due;
  t.make_true(std::move(*settled));
}

/// How an executed job's process ended is told before what that means.
void note_exit(turn& t, const settle_part::item& item, serial job) {
  const auto* complete = std::get_if<settle_part::complete>(&item.what);
  if (complete != nullptr && complete->exit && t.core().attempt_of(job) == item.attempt)
    t.make_true(job_exited{item.attempt, job, complete->exit->exit_code, complete->exit->signal});
}

void start(turn& t, settled_item& out, const settle_part::item& item,
           const settle_part::started& how) {
  auto started = t.core().decide_started(item.attempt, how.handle, how.at, t.now());
  out.lost = !started;
  if (started)
    t.make_true(std::move(*started));
}

void extend(turn& t, settled_item& out, const settle_part::item& item,
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
    t.make_true(std::move(*extended));
  } else {
    out.lost = true;
  }
}

void settle_each(turn& t, settled_item& out, settle_part::item& item) {
  const auto decide = [&](serial job) -> result<job_settled> {
    if (auto* complete = std::get_if<settle_part::complete>(&item.what))
      return t.core().decide_complete(item.attempt, job, complete->how, t.now());
    if (auto* defer = std::get_if<settle_part::defer>(&item.what))
      return t.core().decide_defer(item.attempt, job, defer->after, defer->checkpoint, t.now());
    if (std::holds_alternative<settle_part::lost>(item.what))
      return t.core().decide_lost(item.attempt, job, t.now());
    return t.core().decide_release(item.attempt, job, t.now());
  };
  const auto jobs = item.job ? std::vector{*item.job} : t.core().jobs_of(item.attempt);
  for (const auto job : jobs) {
    note_exit(t, item, job);
    settle_job(t, out, job, decide);
  }
  out.lost = out.jobs.empty();
}

void on_settle(self_pointer self, settle_part& part) {
  turn t{self};
  auto answer = answer_to<settled_part>(part);
  answer.items.reserve(part.items.size());
  for (auto& item : part.items) {
    settled_item out;
    out.index = item.index;
    if (t.core().executed(item.attempt) != part.by_executor)
      out.lost = true; // an id of the other kind
    else if (const auto* how = std::get_if<settle_part::extend>(&item.what))
      extend(t, out, item, *how);
    else if (const auto* begun = std::get_if<settle_part::started>(&item.what))
      start(t, out, item, *begun);
    else
      settle_each(t, out, item);
    answer.items.push_back(std::move(out));
  }
  answer.position = t.finish();
  self->send(part.asker, std::move(answer));
}

// -- cancel and retry by hand -------------------------------------------------------------------------

void cancel_one(turn& t, cancelled_part& answer, serial job) {
  const job_id id{t.core().identity().number, job};
  auto decision = t.core().decide_cancel(job, t.now());
  if (!decision) {
    if (decision.error() == errc::not_found)
      answer.unknown.push_back(id);
    else
      answer.wrong_state.push_back(to_text(id));
    return;
  }
  if (auto* now = std::get_if<job_cancelled>(&*decision)) {
    t.make_true(std::move(*now));
    answer.cancelled.push_back(to_text(id));
  } else {
    if (!t.core().cancelling(job))
      t.make_true(std::move(std::get<cancel_requested>(*decision)));
    answer.cancelling.push_back(to_text(id));
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

/// Executed attempts all of whose jobs are to be cancelled, some of them by this request.
std::set<serial> attempts_to_stop(const queue& core, const std::vector<serial>& cancelled) {
  std::set<serial> attempts;
  for (const auto job : cancelled)
    if (const auto attempt = core.attempt_of(job); attempt && core.executed(*attempt))
      attempts.insert(*attempt);
  std::erase_if(attempts, [&](serial attempt) { return !core.all_cancelling(attempt); });
  return attempts;
}

void tell_executors(const room& room, const queue& core, const std::vector<serial>& cancelled,
                    position last) {
  for (const auto attempt : attempts_to_stop(core, cancelled))
    room.executors.tell_runner(core.attempt(attempt)->worker,
                               {{core.identity().number, attempt}, last});
}

void on_cancel(self_pointer self, cancel_part& part) {
  turn t{self};
  auto answer = answer_to<cancelled_part>(part);
  if (part.all) {
    auto jobs = jobs_in(
        t.core(), {job_state::ready, job_state::delayed, job_state::starting, job_state::running},
        part.limit + 1);
    std::erase_if(jobs, [&](serial job) { return t.core().cancelling(job); });
    answer.more = jobs.size() > part.limit;
    jobs.resize(std::min(jobs.size(), part.limit));
    part.jobs = std::move(jobs);
  }
  for (const auto job : part.jobs)
    cancel_one(t, answer, job);
  answer.position = t.finish();
  tell_executors(*self->state.shared, t.core(), part.jobs, answer.position);
  self->send(part.asker, std::move(answer));
}

void revive_one(turn& t, revived_part& answer, serial job, result<job_revived> decision) {
  const job_id id{t.core().identity().number, job};
  if (decision) {
    t.make_true(std::move(*decision));
    answer.revived.push_back(to_text(id));
  } else if (decision.error() == errc::not_found) {
    answer.unknown.push_back(id);
  } else {
    answer.wrong_state.push_back(to_text(id));
  }
}

void on_revive(self_pointer self, revive_part& part) {
  turn t{self};
  auto answer = answer_to<revived_part>(part);
  if (part.all) {
    part.jobs = jobs_in(t.core(), {job_state::failed, job_state::cancelled}, part.limit + 1);
    answer.more = part.jobs.size() > part.limit;
    part.jobs.resize(std::min(part.jobs.size(), part.limit));
  }
  for (const auto job : part.jobs)
    revive_one(t, answer, job, t.core().decide_revive(job, t.now()));
  const auto& batch = t.core().settings().batch;
  for (auto& record : part.records) {
    if (batch) // which may have changed since the job ended
      set_mark(record.spec, batch_mark_of(record.spec.payload, *batch));
    const auto job = record.number;
    revive_one(t, answer, job, t.core().decide_revive(std::move(record), t.now()));
  }
  answer.position = t.finish();
  self->send(part.asker, std::move(answer));
}

// -- reading ------------------------------------------------------------------------------------------

job_view view_of(const queue& core, serial job) {
  const auto& who = core.identity();
  return {{who.number, job},        who.type,           who.tenant,  *core.find(job),
          core.settings().executor, core.position(job), std::nullopt};
}

void on_find(self_pointer self, find_part& part) {
  turn t{self};
  auto answer = answer_to<found_part>(part);
  if (t.core().state_of(part.job)) {
    answer.job = view_of(t.core(), part.job);
    answer.lane = t.core().lane_of(part.job);
  }
  answer.position = t.finish();
  self->send(part.asker, std::move(answer));
}

void on_list(self_pointer self, list_part& part) {
  turn t{self};
  auto answer = answer_to<listed_part>(part);
  const auto page = t.core().list(part.state, part.after, part.limit);
  answer.jobs.reserve(page.jobs.size());
  for (const auto job : page.jobs)
    answer.jobs.push_back(view_of(t.core(), job));
  answer.more = page.more;
  answer.position = t.finish();
  self->send(part.asker, std::move(answer));
}

void on_count(self_pointer self, count_part& part) {
  turn t{self};
  auto answer = answer_to<counted_part>(part);
  const auto& who = t.core().identity();
  answer.view = {who.type, who.tenant, t.core().counts(), std::nullopt,
                 self->state.shared->board.paused(who.type, who.tenant)};
  if (const auto since = t.core().oldest_ready())
    answer.view.oldest_ready =
        std::chrono::duration_cast<milliseconds>(std::max(duration{0}, t.now() - *since));
  answer.position = t.finish();
  self->send(part.asker, std::move(answer));
}

// -- time, snapshots, the end -------------------------------------------------------------------------

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
    t.make_true(std::move(*overdue));
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
  const auto& who = state.core->identity();
  self->state.grants_seen = 0;
  self->send(state.shared->arbiter,
             queue_joined{queue_actor{self}, who.number, who.type, who.tenant});
  self->send(state.shared->arbiter, queue_told{who.number, {}, {}, {0, state.core->all_lanes()}});
}

void on_retire(self_pointer self) {
  auto& state = self->state;
  const auto number = state.core->identity().number;
  state.leaving = false;
  const bool gone = state.idle;
  self->send(state.shared->directory, retired{number, gone});
  if (gone)
    self->quit();
  else // work came in, and the arbiter has forgotten us
    join_arbiter(self);
}

queue_actor::behavior_type behave(self_pointer self, room_ptr shared, std::shared_ptr<queue> core,
                                  queue_origin from) {
  self->state.shared = std::move(shared);
  self->state.marks = std::move(from.marks);
  self->state.last = from.last;
  self->state.core = std::move(core);
  self->state.figures = &self->state.shared->types.of(self->state.core->identity().type);
  self->state.core->take_changes(); // all of it is told now
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
