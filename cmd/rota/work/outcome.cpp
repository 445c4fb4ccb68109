#include "cmd/rota/work/outcome.hpp"

#include "cmd/rota/text.hpp"
#include "json/check.hpp"
#include "json/write.hpp"

#include <algorithm>
#include <cstring>

namespace rota::client {

namespace {

constexpr std::size_t text_result_bytes_max = 65536;
constexpr std::size_t message_bytes_max = 2000;
// Less than what a whole request may have, as the result is put inside one.
constexpr std::size_t result_depth_max = 32;

bool is_result_json(std::string_view text) { return !check_json(text, {result_depth_max}); }

std::string error_message(const child_process& ended) {
  const child_end end = ended.end();
  std::string message = end.by_signal ? "killed by signal " + std::to_string(end.code) + " (" +
                                            ::strsignal(end.code) + ")"
                                      : "exit status " + std::to_string(end.code);
  const std::string errors = valid_utf8(ended.error_tail());
  const std::string_view last = trimmed(tail(trimmed(errors), message_bytes_max));
  if (!last.empty())
    message.append(": ").append(last);
  return message;
}

job_outcome outcome_for(const leased_job& job, outcome_kind kind) {
  job_outcome outcome;
  outcome.lease = job.lease;
  outcome.job = job.id;
  outcome.type = job.type;
  outcome.tenant = job.tenant;
  outcome.kind = kind;
  return outcome;
}

} // namespace

std::string result_of_output(std::string_view output, bool is_cut) {
  const std::string_view text = trimmed(output);
  if (text.empty())
    return {};
  if (!is_cut && is_result_json(text)) {
    std::string json{text};
    // Outside strings a line end is white space, and on the wire it would end the request.
    std::replace_if(
        json.begin(), json.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    return json;
  }
  // A byte that isn't UTF-8 becomes three, so that the cut comes last.
  const std::string valid = valid_utf8(output.substr(0, text_result_bytes_max));
  return to_json_string(head(valid, text_result_bytes_max));
}

job_outcome outcome_of(const leased_job& job, const child_process& ended) {
  const child_end end = ended.end();
  const std::string_view output = trimmed(ended.output());
  if (!end.by_signal && end.code == 0) {
    job_outcome outcome = outcome_for(job, outcome_kind::succeeded);
    outcome.json = result_of_output(ended.output(), ended.output_is_cut());
    return outcome;
  }
  if (!end.by_signal && end.code == defer_exit_code) {
    job_outcome outcome = outcome_for(job, outcome_kind::deferred);
    if (!ended.output_is_cut() && is_result_json(output)) {
      outcome.json = result_of_output(output, false);
    }
    return outcome;
  }
  return failed_outcome(job, error_message(ended), end.by_signal ? "signal" : "exit", true);
}

job_outcome failed_outcome(const leased_job& job, std::string message, std::string kind,
                           bool retryable) {
  job_outcome outcome = outcome_for(job, outcome_kind::failed);
  outcome.error_message = std::move(message);
  outcome.error_kind = std::move(kind);
  outcome.retryable = retryable;
  return outcome;
}

} // namespace rota::client
