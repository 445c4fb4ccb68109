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

std::string text_at(json_value value, std::string_view pointer) {
  const auto found = at_pointer(value, pointer);
  return found ? found->as_string() : std::string{};
}

std::string lost_note(const job_outcome& outcome) {
  return outcome.was_sent ? "the lease is lost; the result may have been accepted when it was "
                            "first sent"
                          : "the lease is lost";
}

} // namespace

bool may_pass(std::string_view error_kind) {
  return error_kind == "unavailable" || error_kind == "draining" || error_kind == "queue_full";
}

std::optional<outbox::request> outbox::next() {
  if (!under_way_.empty() || waiting_.empty())
    return std::nullopt;
  const bool defers = waiting_.front().kind == outcome_kind::deferred;
  const std::size_t most = one_by_one_ > 0 ? 1 : outcomes_max;
  request made{defers ? "job.defer" : "job.complete", {}};
  json_writer writer{made.params};
  writer.begin_object().key(defers ? "leases" : "results").begin_array();
  while (!waiting_.empty() && under_way_.size() < most && made.params.size() < json_bytes_max &&
         (waiting_.front().kind == outcome_kind::deferred) == defers) {
    (defers ? write_deferred : write_completed)(writer, waiting_.front());
    under_way_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  writer.end_array().end_object();
  return made;
}

std::vector<settled_outcome> outbox::answered(json_value result) {
  if (under_way_.empty())
    return {};
  if (one_by_one_ > 0)
    --one_by_one_;
  const bool defers = under_way_.front().kind == outcome_kind::deferred;
  return defers ? deferred(result) : completed(result);
}

std::vector<settled_outcome> outbox::completed(json_value result) {
  std::vector<settled_outcome> settled;
  for (const json_value item : array_in(result, "results")) {
    if (under_way_.empty())
      break;
    job_outcome outcome = std::move(under_way_.front());
    under_way_.pop_front();
    const std::string kind = text_at(item, "/error/kind");
    if (kind == "unavailable") {
      waiting_.push_back(std::move(outcome));
    } else if (kind == "lease_lost") {
      settled.push_back({std::move(outcome), {}, {}});
      settled.back().note = lost_note(settled.back().outcome);
    } else {
      std::string note = text_at(item, "/error/message");
      if (note.empty())
        note = outcome.note;
      settled.push_back({std::move(outcome), text_at(item, "/state"), std::move(note)});
    }
  }
  put_back(); // The answer lacks items for these.
  return settled;
}

std::vector<settled_outcome> outbox::deferred(json_value result) {
  std::unordered_set<std::string> unknown;
  for (const json_value lease : array_in(result, "unknown"))
    unknown.insert(lease.as_string());
  std::vector<settled_outcome> settled;
  for (job_outcome& outcome : under_way_) {
    const bool lost = unknown.contains(outcome.lease);
    std::string note = lost ? lost_note(outcome) : outcome.note;
    settled.push_back({std::move(outcome), lost ? "" : "delayed", std::move(note)});
  }
  under_way_.clear();
  return settled;
}

std::vector<settled_outcome> outbox::refused(const wire::call_error& error) {
  if (under_way_.empty())
    return {};
  if (may_pass(error.kind)) {
    put_back();
    return {};
  }
  if (under_way_.size() > 1) {
    one_by_one_ = under_way_.size();
    put_back();
    return {};
  }
  if (!under_way_.front().json.empty()) {
    under_way_.front().json.clear();
    under_way_.front().note = "the result was omitted: " + error.message;
    put_back();
    return {};
  }
  job_outcome outcome = std::move(under_way_.front());
  under_way_.clear();
  if (one_by_one_ > 0)
    --one_by_one_;
  std::vector<settled_outcome> settled;
  settled.push_back({std::move(outcome), {}, error.message});
  return settled;
}

void outbox::connection_lost() { put_back(); }

void outbox::put_back() {
  for (; !under_way_.empty(); under_way_.pop_back()) {
    under_way_.back().was_sent = true;
    waiting_.push_front(std::move(under_way_.back()));
  }
}

} // namespace rota::client
