#include "actors/queue/queue_actor.hpp"

#include "actors/queue/queue_step.hpp"
#include "wire/batch_key.hpp"

#include <caf/actor_system.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <algorithm>
#include <set>

namespace rota::actors {
namespace {

using namespace engine;

using self_pointer = queue_pointer;

// -- push -----------------------------------------------------------------------------------------

push_reply::job push_one(queue_step& step, job_spec spec, serial number) {
  const auto queue = step.core().identity().number;
  auto decision = step.core().decide_push(std::move(spec), number, step.now());
  if (const auto* first = std::get_if<duplicate_push>(&decision))
    return {{queue, first->first}, first->state, true};
  if (auto* replaced = std::get_if<job_replaced>(&decision)) {
    const auto id = replaced->number;
    step.record(std::move(*replaced));
    return {{queue, id}, step.core().state_of(id).value_or(job_state::ready), true};
  }
  step.record(std::move(std::get<job_pushed>(decision)));
  return {{queue, number}, step.core().state_of(number).value_or(job_state::ready), false};
}

void on_push(self_pointer self, push_part& part) {
  queue_step step{self};
  pushed_jobs pushed;
  pushed.jobs.reserve(part.jobs.size());
  std::size_t bytes = 0;
  for (const auto& spec : part.jobs)
    bytes += spec.payload.size();
  step.release_reservation(part.jobs.size(), bytes);
  for (auto& spec : part.jobs)
    pushed.jobs.push_back(push_one(step, std::move(spec), self->state.shared->serials.next()));
  step.answer(part, std::move(pushed));
}

// -- grants ---------------------------------------------------------------------------------------

/// Hands out one turn; the answer has no lease if the jobs were cancelled meanwhile.
lease_part hand_out(queue_step& step, grant_order& order) {
  auto answer = answer_to<lease_part>(order.ask);
  queue_changed::take take{order.take.attempt, 0, {}};
  if (auto taken = step.core().decide_take(order.take, step.now())) {
    step.record(*taken);
    step.keep_mark(*taken);
    answer.taken = make_lease(step.core(), taken->attempt);
    take.jobs = static_cast<std::uint32_t>(taken->jobs.size());
    take.cost = step.core().use_of(taken->attempt)->cost;
  }
  step.report(take);
  return answer;
}

void on_grants(self_pointer self, grant_orders& orders) {
  queue_step step{self};
  std::vector<lease_part> answers;
  answers.reserve(orders.grants.size());
  for (auto& order : orders.grants) {
    ++self->state.grants_seen;
    answers.push_back(hand_out(step, order));
  }
  const auto position = step.finish();
  for (std::size_t i = 0; i < answers.size(); ++i) {
    answers[i].position = position;
    self->send(orders.grants[i].ask.asker, std::move(answers[i]));
  }
}

// -- results --------------------------------------------------------------------------------------

using settled_item = settled_part::item;

/// Settles one job by `decide(job)`, and adds the result to `out`.
template <class Decide>
void settle_job(queue_step& step, settled_item& out, serial job, Decide&& decide) {
  auto settled = decide(job);
  if (!settled)
    return;
  out.jobs.push_back({{step.core().identity().number, job}, settled->state});
  if (!has_ended(settled->state))
    out.until = settled->due;
  step.record(std::move(*settled));
}

/// Settles the item's job, or each job of its attempt.
template <class Decide>
void settle_jobs(queue_step& step, settled_item& out, const settle_part::item& item,
                 Decide&& decide) {
  const auto jobs = item.job ? std::vector{*item.job} : step.core().jobs_of(item.attempt);
  for (const auto job : jobs)
    settle_job(step, out, job, decide);
  out.lost = out.jobs.empty();
}

/// Records the exit status of an executed job before the outcome derived from it.
void record_exit(queue_step& step, const settle_part::item& item, serial job,
                 const settle_part::complete& how) {
  if (how.exit && step.core().attempt_of(job) == item.attempt)
    step.record(job_exited{item.attempt, job, how.exit->exit_code, how.exit->signal});
}

// One function for each kind of item.

void carry_out(queue_step& step, settled_item& out, const settle_part::item& item,
               settle_part::complete& how) {
  settle_jobs(step, out, item, [&](serial job) {
    record_exit(step, item, job, how);
    return step.core().decide_complete(item.attempt, job, how.how, step.now());
  });
}

void carry_out(queue_step& step, settled_item& out, const settle_part::item& item,
               const settle_part::release&) {
  settle_jobs(step, out, item, [&](serial job) {
    return step.core().decide_release(item.attempt, job, step.now());
  });
}

void carry_out(queue_step& step, settled_item& out, const settle_part::item& item,
               const settle_part::defer& how) {
  settle_jobs(step, out, item, [&](serial job) {
    return step.core().decide_defer(item.attempt, job, how.after, how.checkpoint, step.now());
  });
}

void carry_out(queue_step& step, settled_item& out, const settle_part::item& item,
               const settle_part::lost&) {
  settle_jobs(step, out, item,
              [&](serial job) { return step.core().decide_lost(item.attempt, job, step.now()); });
}

void carry_out(queue_step& step, settled_item& out, const settle_part::item& item,
               const settle_part::started& how) {
  auto started = step.core().decide_started(item.attempt, how.handle, how.at, step.now());
  out.lost = !started;
  if (started)
    step.record(std::move(*started));
}

void carry_out(queue_step& step, settled_item& out, const settle_part::item& item,
               const settle_part::extend& how) {
  const auto jobs = step.core().jobs_of(item.attempt);
  for (const auto job : jobs)
    if (step.core().cancelling(job))
      out.cancelled.push_back({step.core().identity().number, job});
  out.all_cancelled = step.core().all_cancelling(item.attempt);
  out.lost = jobs.empty();
  if (out.lost || out.all_cancelled)
    return;
  if (auto extended = step.core().decide_extend(item.attempt, how.lease, step.now())) {
    out.until = extended->deadline;
    step.record(std::move(*extended));
  } else {
    out.lost = true;
  }
}

void on_settle(self_pointer self, settle_part& part) {
  queue_step step{self};
  auto answer = answer_to<settled_part>(part);
  answer.items.reserve(part.items.size());
  for (auto& item : part.items) {
    settled_item out;
    out.index = item.index;
    if (step.core().executed(item.attempt) != part.by_executor)
      out.lost = true; // the id of a lease where an executed attempt is meant, or the reverse
    else
      std::visit([&](auto& how) { carry_out(step, out, item, how); }, item.what);
    answer.items.push_back(std::move(out));
  }
  answer.position = step.finish();
  if (part.asker) // null: no answer is wanted
    self->send(part.asker, std::move(answer));
}

// -- cancel and retry -----------------------------------------------------------------------------

void cancel_one(queue_step& step, cancelled_jobs& done, serial job) {
  const job_id id{step.core().identity().number, job};
  auto decision = step.core().decide_cancel(job, step.now());
  if (!decision) {
    if (decision.error() == errc::not_found)
      done.unknown.push_back(id);
    else
      done.wrong_state.push_back(to_text(id));
    return;
  }
  if (auto* now = std::get_if<job_cancelled>(&*decision)) {
    step.record(std::move(*now));
    done.cancelled.push_back(to_text(id));
  } else {
    if (!step.core().cancelling(job))
      step.record(std::move(std::get<cancel_requested>(*decision)));
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
void stop_attempts(const shared_state& shared, const queue& core,
                   const std::vector<serial>& cancelled, position last) {
  for (const auto attempt : attempts_to_stop(core, cancelled))
    if (const auto executor = shared.executors.find(core.attempt(attempt)->worker))
      caf::anon_send(executor->runner, stop_attempt{{core.identity().number, attempt}, last});
}

void on_cancel(self_pointer self, cancel_part& part) {
  queue_step step{self};
  cancelled_jobs done;
  if (part.all) {
    auto jobs =
        jobs_in(step.core(),
                {job_state::ready, job_state::delayed, job_state::starting, job_state::running},
                part.limit + 1);
    std::erase_if(jobs, [&](serial job) { return step.core().cancelling(job); });
    done.more = jobs.size() > part.limit;
    jobs.resize(std::min(jobs.size(), part.limit));
    part.jobs = std::move(jobs);
  }
  for (const auto job : part.jobs)
    cancel_one(step, done, job);
  const auto last = step.finish();
  stop_attempts(*self->state.shared, step.core(), part.jobs, last);
  self->send(part.asker, answer_to(part, last, std::move(done)));
}

void revive_one(queue_step& step, revived_jobs& done, serial job, result<job_revived> decision) {
  const job_id id{step.core().identity().number, job};
  if (decision) {
    step.record(std::move(*decision));
    done.revived.push_back(to_text(id));
  } else if (decision.error() == errc::not_found) {
    done.unknown.push_back(id);
  } else {
    done.wrong_state.push_back(to_text(id));
  }
}

void on_revive(self_pointer self, revive_part& part) {
  queue_step step{self};
  revived_jobs done;
  if (part.all) {
    part.jobs = jobs_in(step.core(), {job_state::failed, job_state::cancelled}, part.limit + 1);
    done.more = part.jobs.size() > part.limit;
    part.jobs.resize(std::min(part.jobs.size(), part.limit));
  }
  for (const auto job : part.jobs)
    revive_one(step, done, job, step.core().decide_revive(job, step.now()));
  const auto& batch = step.core().settings().batch;
  for (auto& record : part.records) {
    if (batch) // the setting may have changed since the job ended
      set_mark(record.spec, batch_mark_of(record.spec.payload, *batch));
    const auto job = record.number;
    revive_one(step, done, job, step.core().decide_revive(std::move(record), step.now()));
  }
  step.answer(part, std::move(done));
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
  queue_step step{self};
  found_job found;
  if (step.core().state_of(part.job)) {
    found.job = view_of(step.core(), part.job);
    found.lane = step.core().lane_of(part.job);
  }
  step.answer(part, std::move(found));
}

void on_list(self_pointer self, list_part& part) {
  queue_step step{self};
  listed_jobs listed;
  const auto page = step.core().list(part.state, part.after, part.limit);
  listed.jobs.reserve(page.jobs.size());
  for (const auto job : page.jobs)
    listed.jobs.push_back(view_of(step.core(), job));
  listed.more = page.more;
  step.answer(part, std::move(listed));
}

void on_count(self_pointer self, count_part& part) {
  queue_step step{self};
  const auto& identity = step.core().identity();
  queue_view view{identity.type, identity.tenant, step.core().counts(), std::nullopt,
                  self->state.shared->board.paused(identity.type, identity.tenant)};
  if (const auto since = step.core().oldest_ready())
    view.oldest_ready =
        std::chrono::duration_cast<milliseconds>(std::max(duration{0}, step.now() - *since));
  step.answer(part, std::move(view));
}

// -- time, snapshots, the end ---------------------------------------------------------------------

void audit(self_pointer self) {
  auto& state = self->state;
  const auto& identity = state.core->identity();
  state.audit.run(
      state.shared->audits, *state.core, state.shared->limits.audit_every,
      [self] { return now_of(self); },
      "queue " + std::to_string(identity.number.value) + " (type " + identity.type + ", tenant " +
          identity.tenant + ")");
}

void on_wake(self_pointer self) {
  auto& state = self->state;
  state.armed = never;
  audit(self);
  queue_step step{self};
  while (auto overdue = step.core().decide_overdue(step.now()))
    step.record(std::move(*overdue));
  step.finish();
  const bool done =
      state.idle && step.now() >= state.idle_since + state.shared->limits.retire_after;
  if (done && !state.retiring) {
    state.retiring = true;
    self->send(state.shared->directory, retirement_wanted{state.core->identity().number});
  }
}

void offer_piece(self_pointer self) {
  auto& state = self->state;
  const auto now = now_of(self);
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
  queue_step step{self};
  for (const auto job : state.snapshot->ended_in_last_piece())
    step.core().forget(job);
  if (state.snapshot->finished())
    state.snapshot.reset();
  else
    offer_piece(self);
  step.finish();
}

void join_arbiter(self_pointer self) {
  const auto& state = self->state;
  const auto& identity = state.core->identity();
  self->state.grants_seen = 0;
  self->send(state.shared->arbiter,
             queue_added{queue_actor{self}, identity.number, identity.type, identity.tenant});
  self->send(state.shared->arbiter,
             queue_changed{identity.number, {}, {}, {0, state.core->all_lanes()}});
}

void on_retire(self_pointer self) {
  auto& state = self->state;
  const auto number = state.core->identity().number;
  state.retiring = false;
  const bool ends = state.idle;
  self->send(state.shared->directory, retirement_answer{number, ends});
  if (ends)
    self->quit();
  else // work arrived, but the arbiter has already forgotten this queue
    join_arbiter(self);
}

queue_actor::behavior_type behave(self_pointer self, shared_state_ptr shared,
                                  std::shared_ptr<queue> core, queue_origin from) {
  self->state.shared = std::move(shared);
  self->state.marks = std::move(from.marks);
  self->state.last = from.last;
  self->state.core = std::move(core);
  self->state.figures = &self->state.shared->types.of(self->state.core->identity().type);
  self->state.core->take_changes(); // join_arbiter() reports all of them
  join_arbiter(self);
  if (from.joined)
    from.joined->count_down();
  queue_step{self}.finish();
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
        queue_step step{self};
        step.core().configure(std::make_shared<const type_settings>(std::move(c.settings)),
                              batch_mark_of);
        step.finish();
      },
      [=](wake) { on_wake(self); },
      [=](snapshot_wanted) { on_snapshot_wanted(self); },
      [=](piece_written) { on_piece_written(self); },
      [=](retire_now) { on_retire(self); },
  };
}

} // namespace

lease make_lease(const engine::queue& core, engine::serial attempt) {
  const auto& identity = core.identity();
  lease out{{identity.number, attempt},
            identity.type,
            identity.tenant,
            core.attempt(attempt)->deadline,
            {},
            {}};
  if (core.executed(attempt))
    out.timeout = core.timeout_of(attempt);
  out.jobs = core.leased_jobs(attempt);
  return out;
}

queue_actor spawn_queue(caf::actor_system& system, shared_state_ptr shared,
                        std::shared_ptr<queue> core, queue_origin from) {
  return system.spawn(behave, std::move(shared), std::move(core), std::move(from));
}

} // namespace rota::actors
