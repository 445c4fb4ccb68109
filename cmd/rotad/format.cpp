#include "cmd/rotad/format.hpp"

#include "cmd/rotad/console/format_actors.hpp"
#include "cmd/rotad/format_stats.hpp"
#include "cmd/rotad/http/hour.hpp"
#include "cmd/rotad/metrics/room_metrics.hpp"
#include "wire/answers_jobs.hpp"
#include "wire/answers_leases.hpp"
#include "wire/answers_operations.hpp"
#include "wire/answers_settings.hpp"
#include "wire/answers_values.hpp"

#include <ranges>

namespace rota::daemon {
namespace {

using namespace actors;
using protocol::error_kind;

// -- refusals -------------------------------------------------------------------------------------

protocol::rpc_failure failure_of(const refusal& r) {
  switch (r.what) {
  case refusal::kind::queue_full: {
    auto failure = protocol::queue_full(r.tenant, r.retry_after.count());
    failure.message = r.message;
    return failure;
  }
  case refusal::kind::wrong_state: return protocol::wrong_state(r.state, r.message);
  case refusal::kind::invalid: return protocol::invalid_params(r.path, r.message);
  case refusal::kind::not_found: return protocol::failure(error_kind::not_found, r.message);
  case refusal::kind::too_large: return protocol::failure(error_kind::too_large, r.message);
  case refusal::kind::draining: return protocol::failure(error_kind::draining, r.message);
  case refusal::kind::unavailable: break;
  }
  return protocol::failure(error_kind::unavailable, r.message);
}

// -- one writer for each reply ----------------------------------------------------------------------

void write(json_writer& out, const push_reply& r, std::string_view durability) {
  std::vector<protocol::pushed_job> jobs;
  jobs.reserve(r.jobs.size());
  for (const auto& job : r.jobs)
    jobs.push_back({job.id, job.state, job.duplicate});
  protocol::write_push_answer(out, jobs, durability);
}

void write(json_writer& out, const pop_reply& r, std::string_view) {
  std::vector<engine::leased_job> jobs;
  out.begin_object().key("leases").begin_array();
  for (const auto& lease : r.leases) {
    jobs.clear();
    for (const auto& job : lease.jobs)
      jobs.push_back({job.id.number, job.payload, job.priority, job.attempt,
                      job.checkpoint ? &*job.checkpoint : nullptr,
                      job.trace ? &*job.trace : nullptr});
    protocol::write_lease(out, {lease.id, lease.type, lease.tenant, lease.deadline, jobs});
  }
  out.end_array().end_object();
}

void write(json_writer& out, const complete_reply& r, std::string_view) {
  std::vector<protocol::completed_job> jobs;
  out.begin_object().key("results").begin_array();
  for (const auto& item : r.items) {
    jobs.clear();
    for (const auto& job : item.jobs)
      jobs.push_back({job.id, job.state});
    protocol::completed_item wire{item.lease_text, jobs, {}, {}};
    if (item.lost) {
      wire.error_kind = "lease_lost";
      wire.error_message = "the lease doesn't hold this job any more; its result is dropped";
    }
    protocol::write_completed_item(out, wire);
  }
  out.end_array().end_object();
}

void write(json_writer& out, const extend_reply& r, std::string_view) {
  std::vector<protocol::cancelled_job> jobs;
  for (const auto& job : r.cancelled_jobs)
    jobs.push_back({job.lease, job.job});
  protocol::write_extend_answer(out, {r.extended, r.unknown, r.cancelled, jobs});
}

void write(json_writer& out, const release_reply& r, std::string_view) {
  protocol::write_release_answer(out, r.released, r.unknown);
}

void write(json_writer& out, const defer_reply& r, std::string_view) {
  std::vector<protocol::deferred_lease> deferred;
  for (const auto& item : r.deferred)
    deferred.push_back({item.lease, item.until});
  protocol::write_defer_answer(out, deferred, r.unknown);
}

void write(json_writer& out, const cancel_reply& r, std::string_view) {
  protocol::write_cancel_answer(out,
                                {r.cancelled, r.cancelling, r.wrong_state, r.not_found, r.more});
}

void write(json_writer& out, const retry_reply& r, std::string_view) {
  protocol::write_retry_answer(out, {r.retried, r.wrong_state, r.not_found, r.more});
}

void write(json_writer& out, const job_view& job, std::string_view) {
  const auto& execution = job.record.execution;
  protocol::write_job(out,
                      {job.id.queue, job.record, job.type, job.tenant, job.executor, job.position,
                       job.global_position, execution ? execution->exit_code : std::nullopt,
                       execution ? execution->signal : std::nullopt});
}

void write(json_writer& out, const list_reply& r, std::string_view) {
  protocol::write_page(out, "jobs", r.jobs, r.cursor,
                       [](json_writer& to, const job_view& job) { write(to, job, {}); });
}

void write(json_writer& out, const explain_reply& r, std::string_view) {
  protocol::write_explain_answer(out, r.state, r.reason, r.detail, r.start);
}

void write(json_writer& out, const output_reply& r, std::string_view) {
  protocol::write_output_answer(out, r.bytes, r.at_end);
}

void write(json_writer& out, const setting_view& s, std::string_view) {
  std::visit([&](const auto& value) { protocol::write_setting(out, s.name, value); }, s.value);
}

std::string_view plural_of(setting_kind kind) {
  switch (kind) {
  case setting_kind::type: return "types";
  case setting_kind::tenant: return "tenants";
  case setting_kind::pool: return "pools";
  case setting_kind::key: return "keys";
  case setting_kind::executor: break;
  }
  return "executors";
}

/// Executors are shown with what they have and how they are.
void write_listed(json_writer& out, const setting_view& s) {
  const auto* executor = std::get_if<engine::executor_settings>(&s.value);
  if (!executor)
    return write(out, s, {});
  protocol::write_executor(
      out, {s.name, *executor, s.executor.capacity, s.executor.running, s.executor.health});
}

void write(json_writer& out, const list_settings_reply& r, std::string_view) {
  protocol::write_page(out, plural_of(r.kind), r.settings, r.cursor, write_listed);
}

void write(json_writer& out, const delete_setting_reply& r, std::string_view) {
  protocol::write_deleted(out, r.name);
}

void write(json_writer& out, const list_queues_reply& r, std::string_view) {
  protocol::write_page(out, "queues", r.queues, r.cursor, [](json_writer& to, const queue_view& q) {
    protocol::write_queue(to, {q.type, q.tenant, q.counts.ready, q.counts.delayed, q.counts.running,
                               q.oldest_ready, q.paused});
  });
}

void write(json_writer& out, const pause_reply& r, std::string_view) {
  protocol::write_pause_answer(out, r.filter.type, r.filter.tenant, r.on);
}

void write(json_writer& out, const drain_reply& r, std::string_view) {
  protocol::write_drain_answer(out, r.on);
}

void write(json_writer& out, const stats_reply& r, std::string_view durability) {
  write_stats(out, r, durability);
}

void write(json_writer& out, const subscribe_reply& r, std::string_view) {
  protocol::write_subscription(out, std::to_string(r.subscription));
}

void write(json_writer& out, const unsubscribe_reply& r, std::string_view) {
  out.begin_object().key("unsubscribed").boolean(r.was_there).end_object();
}

std::string format_figures(const figures_reply& what) {
  switch (what.view) {
  case figures_view::metrics: return room_metrics(*what.figures);
  case figures_view::sample: return format_sample(*what.figures);
  case figures_view::actors: break;
  }
  return format_actors(*what.figures);
}

} // namespace

formatted format(const reply& what, std::string_view durability) {
  if (const auto* refused = std::get_if<refusal>(&what))
    return failure_of(*refused);
  if (const auto* all = std::get_if<figures_reply>(&what))
    return format_figures(*all);
  std::string text;
  json_writer out{text};
  std::visit(
      [&](const auto& r) {
        using answer = std::decay_t<decltype(r)>;
        if constexpr (!std::is_same_v<answer, refusal> && !std::is_same_v<answer, figures_reply>)
          write(out, r, durability);
      },
      what);
  return text;
}

std::string format_event(const job_event& event) {
  std::string text;
  json_writer out{text};
  const auto subscription = std::to_string(event.subscription);
  protocol::write_event(out, {subscription, event.id, event.type, event.tenant, event.state,
                              event.at, event.trace_id});
  return text;
}

} // namespace rota::daemon
