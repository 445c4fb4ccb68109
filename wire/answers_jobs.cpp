#include "wire/answers_jobs.hpp"

#include "wire/answers_values.hpp"

namespace rota::protocol {
namespace {

void write_failure_or_null(json_writer& out, const std::optional<engine::failure>& error) {
  if (!error) {
    out.null();
    return;
  }
  out.begin_object().member("message", error->message);
  write_text_or_null(out.key("kind"), error->kind);
  out.end_object();
}

void write_times(json_writer& out, const engine::job_record& record) {
  write_time(out.key("created_at"), record.created);
  write_time(out.key("ready_at"), record.ready_since);
  write_time(out.key("not_before"), record.spec.not_before);
  write_time(out.key("started_at"), record.started);
  write_time(out.key("finished_at"), record.finished);
}

void write_trace_or_null(json_writer& out, const std::optional<engine::trace_context>& trace) {
  write_text_or_null(out.key("traceparent"), trace ? trace->parent : std::string_view{});
  write_text_or_null(out.key("tracestate"), trace ? trace->state : std::string_view{});
}

void write_counts(json_writer& out, const engine::job_counts& counts) {
  out.member("attempts", counts.attempts);
  out.member("crashes", counts.crashes);
  out.member("polls", counts.polls);
}

/// How many bytes the UTF-8 character at `at` has; 0 when it isn't one.
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned char first = byte(0);
  if (first < 0x80)
    return 1;
  const std::size_t length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (length == 0 || first > 0xF4 || text.size() - at < length)
    return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80)
      return 0;
  const bool overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
  const bool outside = (first == 0xED && byte(1) > 0x9F) || (first == 0xF4 && byte(1) > 0x8F);
  return overlong || outside ? 0 : length;
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto length = utf8_length(text, at);
    if (length == 0)
      return false;
    at += length;
  }
  return true;
}

std::string base64(std::string_view data) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((data.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < data.size(); at += 3) {
    const auto left = data.size() - at;
    const auto byte = [&](std::size_t i) {
      return i < left ? static_cast<unsigned char>(data[at + i]) : 0U;
    };
    const unsigned bits = byte(0) << 16 | byte(1) << 8 | byte(2);
    text += digits[bits >> 18];
    text += digits[bits >> 12 & 63];
    text += left > 1 ? digits[bits >> 6 & 63] : '=';
    text += left > 2 ? digits[bits & 63] : '=';
  }
  return text;
}

} // namespace

void write_push_answer(json_writer& out, std::span<const pushed_job> jobs,
                       std::string_view durability) {
  out.begin_object().key("jobs").begin_array();
  for (const auto& job : jobs) {
    out.begin_object();
    write_id(out.key("id"), job.id);
    out.member("state", to_text(job.state));
    out.key("duplicate").boolean(job.duplicate);
    out.end_object();
  }
  out.end_array().member("durability", durability).end_object();
}

void write_job(json_writer& out, const job_view& job) {
  const auto& record = job.record;
  out.begin_object();
  write_id(out.key("id"), engine::job_id{job.queue, record.number});
  out.member("type", job.type).member("tenant", job.tenant).member("state", to_text(record.state));
  out.member("priority", record.spec.priority);
  write_text_or_null(out.key("key"), record.spec.key);
  write_text_or_null(out.key("concurrency_key"), record.spec.concurrency_key);
  write_quantity(out.key("cost"), record.spec.cost);
  write_quantity(out.key("slots"), record.spec.slots);
  out.raw_member("payload", record.spec.payload);
  write_trace_or_null(out, record.spec.trace);
  write_times(out, record);
  write_counts(out, record.counts);
  write_text_or_null(out.key("worker"), record.worker);
  write_text_or_null(out.key("executor"), job.executor);
  write_integer_or_null(out.key("exit_code"), job.exit_code);
  write_integer_or_null(out.key("signal"), job.signal);
  write_failure_or_null(out.key("error"), record.error);
  write_json_or_null(out.key("result"), record.result);
  write_json_or_null(out.key("checkpoint"), record.checkpoint);
  write_integer_or_null(out.key("position"), job.position);
  write_integer_or_null(out.key("global_position"), job.global_position);
  out.key("cancel_requested").boolean(record.cancel_requested);
  out.end_object();
}

void write_explain_answer(json_writer& out, engine::job_state state, std::string_view reason,
                          std::string_view detail,
                          const std::optional<engine::start_estimate>& start) {
  out.begin_object().member("state", to_text(state));
  out.member("reason", reason).member("detail", detail).key("start");
  if (start) {
    out.begin_object();
    write_time(out.key("expected"), start->expected);
    write_time(out.key("earliest"), start->earliest);
    write_time(out.key("latest"), start->latest);
    out.end_object();
  } else {
    out.null();
  }
  out.end_object();
}

void write_output_answer(json_writer& out, std::string_view data, bool eof) {
  const bool text = is_utf8(data);
  out.begin_object().key("data");
  if (text)
    out.string(data);
  else
    out.string(base64(data));
  out.member("encoding", text ? "utf-8" : "base64").key("eof").boolean(eof).end_object();
}

void write_cancel_answer(json_writer& out, const cancel_answer& answer) {
  out.begin_object();
  write_texts(out, "cancelled", answer.cancelled);
  write_texts(out, "cancelling", answer.cancelling);
  write_texts(out, "wrong_state", answer.wrong_state);
  write_texts(out, "not_found", answer.not_found);
  out.key("more").boolean(answer.more).end_object();
}

void write_retry_answer(json_writer& out, const retry_answer& answer) {
  out.begin_object();
  write_texts(out, "retried", answer.retried);
  write_texts(out, "wrong_state", answer.wrong_state);
  write_texts(out, "not_found", answer.not_found);
  out.key("more").boolean(answer.more).end_object();
}

void write_event(json_writer& out, const job_event& event) {
  out.begin_object().member("subscription", event.subscription);
  write_id(out.key("id"), event.id);
  out.member("type", event.type).member("tenant", event.tenant);
  out.member("state", to_text(event.state));
  write_time(out.key("at"), event.at);
  if (!event.trace_id.empty())
    out.member("trace_id", event.trace_id);
  out.end_object();
}

void write_missed_events(json_writer& out, std::string_view subscription, std::uint64_t missed) {
  out.begin_object().member("subscription", subscription);
  out.key("missed").unsigned_integer(missed).end_object();
}

} // namespace rota::protocol
