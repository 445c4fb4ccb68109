#include "cmd/rota/work/outbox.hpp"

#include "cmd/rota/params.hpp"
#include "cmd/rota/text.hpp"
#include "json/write.hpp"

#include <unordered_set>
#include <utility>

namespace rota::client {

namespace {

constexpr std::size_t outcomes_max = 1000;
constexpr std::size_t json_bytes_max = std::size_t{4} << 20;

void write_completed(json_writer& writer, const job_outcome& outcome) {
  const bool succeeded = outcome.kind == outcome_kind::succeeded;
  writer.begin_object().member("lease", outcome.lease).member("job", outcome.job);
  writer.member("outcome", succeeded ? "succeeded" : "failed");
  if (!outcome.json.empty())
    writer.raw_member("result", outcome.json);
  if (!succeeded) {
    writer.key("error").begin_object().member("message", outcome.error_message);
    writer.member("kind", outcome.error_kind).end_object();
    if (!outcome.retryable)
      writer.key("retryable").boolean(false);
  }
  writer.end_object();
}

void write_deferred(json_writer& writer, const job_outcome& outcome) {
  writer.begin_object().member("lease", outcome.lease).member("job", outcome.job);
  if (!outcome.json.empty())
    writer.raw_member("checkpoint", outcome.json);
  writer.end_object();
}

std::string lost_explanation(const job_outcome& outcome) {
  return outcome.was_sent ? "the lease is lost; the result may have been accepted when it was "
                            "first sent"
                          : "the lease is lost";
}

} // namespace

bool is_temporary(std::string_view error_kind) {
  return error_kind == "unavailable" || error_kind == "draining" || error_kind == "queue_full";
}

std::optional<outbox::request> outbox::next() {
  if (!in_flight_.empty() || waiting_.empty())
    return std::nullopt;
  const bool defers = waiting_.front().kind == outcome_kind::deferred;
  const std::size_t count_max = one_by_one_ > 0 ? 1 : outcomes_max;
  request next{defers ? "job.defer" : "job.complete", {}};
  json_writer writer{next.params};
  writer.begin_object().key(defers ? "leases" : "results").begin_array();
  while (!waiting_.empty() && in_flight_.size() < count_max &&
         next.params.size() < json_bytes_max &&
         (waiting_.front().kind == outcome_kind::deferred) == defers) {
    (defers ? write_deferred : write_completed)(writer, waiting_.front());
    in_flight_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  writer.end_array().end_object();
  return next;
}

std::vector<settled_outcome> outbox::handle_result(json_value result) {
  if (in_flight_.empty())
    return {};
  if (one_by_one_ > 0)
    --one_by_one_;
  const bool defers = in_flight_.front().kind == outcome_kind::deferred;
  return defers ? settle_deferred(result) : settle_completed(result);
}

std::vector<settled_outcome> outbox::settle_completed(json_value result) {
  std::vector<settled_outcome> settled;
  for (const json_value item : array_in(result, "results")) {
    if (in_flight_.empty())
      break;
    job_outcome outcome = std::move(in_flight_.front());
    in_flight_.pop_front();
    const json_value error = member_of(item, "error");
    const std::string kind = text_in(error, "kind");
    if (kind == "unavailable") {
      waiting_.push_back(std::move(outcome));
    } else if (kind == "lease_lost") {
      std::string explanation = lost_explanation(outcome);
      settled.push_back({std::move(outcome), {}, std::move(explanation)});
    } else {
      std::string explanation = text_in(error, "message");
      if (explanation.empty())
        explanation = outcome.omission;
      settled.push_back({std::move(outcome), text_in(item, "state"), std::move(explanation)});
    }
  }
  put_back(); // The answer lacks items for these.
  return settled;
}

std::vector<settled_outcome> outbox::settle_deferred(json_value result) {
  std::unordered_set<std::string> unknown;
  for (const json_value lease : array_in(result, "unknown"))
    unknown.insert(lease.as_string());
  std::vector<settled_outcome> settled;
  for (job_outcome& outcome : in_flight_) {
    const bool lost = unknown.contains(outcome.lease);
    std::string explanation = lost ? lost_explanation(outcome) : outcome.omission;
    settled.push_back({std::move(outcome), lost ? "" : "delayed", std::move(explanation)});
  }
  in_flight_.clear();
  return settled;
}

std::vector<settled_outcome> outbox::handle_refusal(const wire::call_error& error) {
  if (in_flight_.empty())
    return {};
  if (is_temporary(error.kind)) {
    put_back();
    return {};
  }
  if (in_flight_.size() > 1) {
    one_by_one_ = in_flight_.size();
    put_back();
    return {};
  }
  job_outcome& only = in_flight_.front();
  if (!only.json.empty()) {
    only.json.clear();
    only.omission = "the result was omitted: " + error.message;
    put_back();
    return {};
  }
  if (one_by_one_ > 0)
    --one_by_one_;
  std::vector<settled_outcome> settled;
  settled.push_back({std::move(only), {}, error.message});
  in_flight_.clear();
  return settled;
}

void outbox::connection_lost() { put_back(); }

void outbox::put_back() {
  for (; !in_flight_.empty(); in_flight_.pop_back()) {
    in_flight_.back().was_sent = true;
    waiting_.push_front(std::move(in_flight_.back()));
  }
}

} // namespace rota::client
