#include "wire/answers_leases.hpp"

#include "wire/answers_values.hpp"

namespace rota::protocol {
namespace {

void write_state(json_writer& out, const completed_job& job) {
  write_id(out.key("job"), job.id);
  out.member("state", to_text(job.state));
}

} // namespace

void write_lease(json_writer& out, const lease_view& lease) {
  constexpr std::size_t job_bytes = 96; // beside payload and checkpoint, mostly less
  std::size_t expected = 0;
  for (const auto& job : lease.jobs)
    expected += job_bytes + job.payload.size();
  out.reserve(expected);
  out.begin_object();
  write_id(out.key("lease"), lease.lease);
  out.member("type", lease.type).member("tenant", lease.tenant);
  write_time(out.key("deadline"), lease.deadline);
  out.key("jobs").begin_array();
  for (const auto& job : lease.jobs) {
    out.begin_object();
    write_id(out.key("id"), engine::job_id{lease.lease.queue, job.number});
    out.raw_member("payload", job.payload);
    out.member("priority", job.priority).member("attempt", job.attempt);
    if (job.checkpoint != nullptr)
      out.raw_member("checkpoint", *job.checkpoint);
    if (job.trace != nullptr)
      write_trace(out, *job.trace);
    out.end_object();
  }
  out.end_array().end_object();
}

void write_completed_item(json_writer& out, const completed_item& item) {
  out.begin_object().member("lease", item.lease);
  if (!item.error_kind.empty()) {
    out.key("error").begin_object().member("kind", item.error_kind);
    out.member("message", item.error_message).end_object();
  } else if (item.jobs.size() == 1) {
    write_state(out, item.jobs.front());
  } else {
    out.key("jobs").begin_array();
    for (const auto& job : item.jobs) {
      out.begin_object();
      write_state(out, job);
      out.end_object();
    }
    out.end_array();
  }
  out.end_object();
}

void write_extend_answer(json_writer& out, const extend_answer& answer) {
  out.begin_object();
  write_texts(out, "extended", answer.extended);
  write_texts(out, "unknown", answer.unknown);
  write_texts(out, "cancelled", answer.cancelled);
  out.key("cancelled_jobs").begin_array();
  for (const auto& job : answer.cancelled_jobs) {
    out.begin_object().member("lease", job.lease);
    write_id(out.key("job"), job.job);
    out.end_object();
  }
  out.end_array().end_object();
}

void write_release_answer(json_writer& out, std::span<const std::string> released,
                          std::span<const std::string> unknown) {
  out.begin_object();
  write_texts(out, "released", released);
  write_texts(out, "unknown", unknown);
  out.end_object();
}

void write_defer_answer(json_writer& out, std::span<const deferred_lease> deferred,
                        std::span<const std::string> unknown) {
  out.begin_object().key("deferred").begin_array();
  for (const auto& lease : deferred) {
    out.begin_object().member("lease", lease.lease);
    write_time(out.key("until"), lease.until);
    out.end_object();
  }
  out.end_array();
  write_texts(out, "unknown", unknown);
  out.end_object();
}

} // namespace rota::protocol
