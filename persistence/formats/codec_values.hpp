// The members of the engine's values in the order of their bytes; see codec.hpp.
#pragma once
#include "engine/arbiter/arbiter.hpp"
#include "engine/events.hpp"
#include "engine/job.hpp"
#include "engine/settings.hpp"
#include "persistence/formats/codec.hpp"

namespace rota::persistence {

/// What a job and its record are where nothing special was asked for or has happened: the members
/// that bytes leave out. Part of the format, whatever the engine's defaults become.
const engine::job_spec& plain_spec();
const engine::job_record& plain_record();

// -- jobs -----------------------------------------------------------------------------------------

void fields(auto& io, form_of<engine::trace_context> auto& t) {
  io(t.parent, t.state);
  io.expect(engine::is_traceparent(t.parent)); // Its trace id is cut out of it.
}

void fields(auto& io, form_of<engine::job_spec> auto& s) {
  using spec = engine::job_spec;
  io.sparse(s, plain_spec(), &spec::payload, &spec::priority, &spec::key, &spec::not_before,
            &spec::concurrency_key, &spec::cost, &spec::slots, &spec::batch_key, &spec::batches,
            &spec::max_attempts, &spec::timeout, &spec::lease, &spec::trace);
}

void fields(auto& io, form_of<engine::failure> auto& f) { io(f.message, f.kind); }

void fields(auto& io, form_of<engine::execution> auto& e) {
  io(e.attempt, e.handle, e.exit_code, e.signal);
}

void fields(auto& io, form_of<engine::job_counts> auto& c) {
  io(c.attempts, c.crashes, c.polls, c.polls_in_row);
}

void fields(auto& io, form_of<engine::attempt_record> auto& a) {
  io(a.number, a.worker, a.starting, a.lease, a.taken);
  io.since(a.taken, a.deadline);
}

void fields(auto& io, form_of<engine::job_record> auto& r) {
  using record = engine::job_record;
  io.sparse(r, plain_record(), &record::number, &record::spec, &record::state, &record::delayed_by,
            &record::counts, &record::created, &record::ready_since, &record::started,
            &record::finished, &record::first_deferred, &record::attempt, &record::worker,
            &record::error, &record::result, &record::checkpoint, &record::cancel_requested,
            &record::batch_limit, &record::execution);
}

// -- events ---------------------------------------------------------------------------------------

void fields(auto& io, form_of<engine::job_pushed> auto& e) { io(e.number, e.at, e.spec); }

void fields(auto& io, form_of<engine::job_replaced> auto& e) { io(e.number, e.at, e.spec); }

void fields(auto& io, form_of<engine::fairness_mark> auto& m) {
  io(m.tag, m.pool_time, m.charged, m.type_rate, m.key_rate);
}

void fields(auto& io, form_of<engine::jobs_taken> auto& e) {
  io(e.attempt, e.jobs, e.worker, e.starting, e.lease, e.at);
  io.since(e.at, e.deadline);
  io(e.mark);
}

void fields(auto& io, form_of<engine::lease_extended> auto& e) {
  io(e.attempt, e.lease, e.deadline);
}

void fields(auto& io, form_of<engine::attempt_started> auto& e) { io(e.attempt, e.handle, e.at); }

void fields(auto& io, form_of<engine::job_exited> auto& e) {
  io(e.attempt, e.number, e.exit_code, e.signal);
}

void fields(auto& io, form_of<engine::job_settled> auto& e) {
  io(e.attempt, e.number, e.kind, e.state, e.delayed_by, e.at, e.due, e.error, e.result,
     e.checkpoint, e.batch_limit);
}

void fields(auto& io, form_of<engine::job_cancelled> auto& e) { io(e.number, e.at); }

void fields(auto& io, form_of<engine::cancel_requested> auto& e) { io(e.number, e.at); }

void fields(auto& io, form_of<engine::job_revived> auto& e) { io(e.number, e.at, e.record); }

// -- settings -------------------------------------------------------------------------------------

void fields(auto& io, form_of<engine::retry_settings> auto& s) {
  io(s.max_attempts, s.base, s.max, s.jitter);
}

void fields(auto& io, form_of<engine::poll_settings> auto& s) {
  io(s.min, s.max, s.factor, s.max_polls, s.deadline);
}

void fields(auto& io, form_of<engine::rate_settings> auto& s) {
  io(s.per_second, s.burst);
  io.expect(s.per_second > 0);
}

void fields(auto& io, form_of<engine::batch_settings> auto& s) {
  io(s.max_size, s.linger, s.key);
  io.expect(s.max_size > 0);
}

void fields(auto& io, form_of<engine::type_settings> auto& s) {
  io(s.retry, s.max_crashes, s.lease, s.timeout, s.max_running, s.max_running_per_tenant, s.rate,
     s.batch, s.poll, s.dedup, s.dedup_for, s.age, s.executor, s.executor_options, s.paused);
}

void fields(auto& io, form_of<engine::tenant_settings> auto& s) {
  io(s.weight, s.max_running, s.max_queued, s.paused);
  io.expect(s.weight.value > 0); // It is divided by.
}

void fields(auto& io, form_of<engine::pool_settings> auto& s) {
  io(s.slots, s.cost, s.reserve_after);
}

void fields(auto& io, form_of<engine::key_settings> auto& s) { io(s.max_running, s.rate); }

void fields(auto& io, form_of<engine::executor_settings> auto& s) {
  io(s.kind, s.slots, s.options);
}

// -- fairness -------------------------------------------------------------------------------------

void fields(auto& io, form_of<engine::arbiter::share_row> auto& s) { io(s.pool, s.tenant, s.tag); }

} // namespace rota::persistence
