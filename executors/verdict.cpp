#include "executors/verdict.hpp"

#include "json/check.hpp"
#include "json/slice.hpp"
#include "json/text.hpp"
#include "json/write.hpp"

#include <algorithm>
#include <cstring>
#include <unordered_map>

namespace rota::executors {
namespace {

constexpr std::size_t text_result_bytes_max = 65'536;
constexpr std::size_t message_bytes_max = 2000;
constexpr std::size_t kind_bytes_max = 64;
/// Less than the limit of a request, because the result becomes part of one.
constexpr std::size_t result_depth_max = 32;

bool is_result_json(std::string_view text) { return !check_json(text, {result_depth_max}); }

std::string one_line(std::string_view json) {
  std::string line{json};
  // Outside strings, a line end is white space; on the wire it would end the request.
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return line;
}

std::string status_text(const command_result& how) {
  if (how.signal)
    return "killed by signal " + std::to_string(*how.signal) + " (" + ::strsignal(*how.signal) +
           ")";
  if (how.exit_code)
    return "exit status " + std::to_string(*how.exit_code);
  return "unknown exit status";
}

std::string error_message(const command_result& how) {
  auto message = status_text(how);
  if (!how.message.empty())
    message.append(", ").append(how.message);
  const std::string errors = valid_utf8(how.error_tail);
  const std::string_view last = trimmed(tail(trimmed(errors), message_bytes_max));
  if (!last.empty())
    message.append(": ").append(last);
  return message;
}

verdict failed(std::string message, std::string kind) {
  verdict v;
  v.kind = verdict_kind::failed;
  v.error_message = std::move(message);
  v.error_kind = std::move(kind);
  return v;
}

std::optional<std::string> raw_of(const std::optional<json_value>& value) {
  return value ? std::optional{std::string{value->raw()}} : std::nullopt;
}

/// Reads the outcome of a job from its line of a batch's output.
verdict verdict_in(const json_object& line) {
  verdict v;
  const auto outcome = line.find("outcome").value_or(json_value{}).as_string();
  if (outcome == "succeeded") {
    v.json = raw_of(line.find("result"));
    return v;
  }
  if (outcome == "deferred") {
    v.kind = verdict_kind::deferred;
    v.json = raw_of(line.find("checkpoint"));
    if (const auto after = line.find("after_ms"); after && after->as_int64())
      v.defer_for = engine::milliseconds{std::max<std::int64_t>(0, *after->as_int64())};
    return v;
  }
  const auto error = line.find("error").value_or(json_value{}).as_object();
  const auto text = [&](std::string_view name, std::size_t bytes_max) {
    return std::string{head(error.find(name).value_or(json_value{}).as_string(), bytes_max)};
  };
  v = failed(text("message", message_bytes_max), text("kind", kind_bytes_max));
  if (v.error_message.empty())
    v.error_message = outcome == "failed" ? "failed without a reason"
                                          : "unknown \"outcome\" in the job's line on stdout";
  v.retryable = line.find("retryable").value_or(json_value{"true"}).as_bool().value_or(true);
  return v;
}

/// Reads the lines with a job's id; the last line of a job counts.
std::unordered_map<std::string, verdict> verdicts_in(std::string_view output) {
  std::unordered_map<std::string, verdict> found;
  while (!output.empty()) {
    const auto line = trimmed(output.substr(0, output.find('\n')));
    output.remove_prefix(std::min(output.size(), output.find('\n') == std::string_view::npos
                                                     ? output.size()
                                                     : output.find('\n') + 1));
    if (line.empty() || line.front() != '{' || !is_result_json(line))
      continue;
    const auto members = json_value{line}.as_object();
    if (const auto id = members.find("id"); id && id->is_string())
      found[id->as_string()] = verdict_in(members);
  }
  return found;
}

verdict judge(const command_result& how) {
  if (how.timed_out)
    return failed("the attempt timed out", "timeout");
  if (!how.signal && how.exit_code == 0) {
    verdict v;
    if (auto result = result_of_output(how.output, how.output_is_cut); !result.empty())
      v.json = std::move(result);
    return v;
  }
  if (!how.signal && how.exit_code == defer_exit_code) {
    verdict v;
    v.kind = verdict_kind::deferred;
    const auto text = trimmed(how.output);
    if (!how.output_is_cut && !text.empty() && is_result_json(text))
      v.json = one_line(text);
    return v;
  }
  return failed(error_message(how), how.signal ? "signal" : "exit");
}

std::vector<verdict> verdicts_of_loop(std::span<const std::string> jobs,
                                      const attempt_result& how) {
  std::vector<verdict> out;
  for (const auto& job : jobs) {
    const auto ran = std::find_if(how.jobs.begin(), how.jobs.end(),
                                  [&](const job_result& j) { return j.job == job; });
    if (ran == how.jobs.end()) {
      out.emplace_back().kind = verdict_kind::released;
      continue;
    }
    command_result run = *ran;
    run.timed_out = run.timed_out || (how.timed_out && run.signal);
    out.push_back(verdict_of(run));
  }
  return out;
}

} // namespace

std::string result_of_output(std::string_view output, bool is_cut) {
  const std::string_view text = trimmed(output);
  if (text.empty())
    return {};
  if (!is_cut && is_result_json(text))
    return one_line(text);
  // An invalid byte becomes three bytes of UTF-8, so the text is truncated last.
  const std::string valid = valid_utf8(output.substr(0, text_result_bytes_max));
  return to_json_string(head(valid, text_result_bytes_max));
}

verdict verdict_of(const command_result& how) {
  auto v = judge(how);
  v.exit_code = how.exit_code;
  v.signal = how.signal;
  return v;
}

std::vector<verdict> verdicts_of(std::span<const std::string> jobs, const attempt_result& how) {
  if (!how.jobs.empty())
    return verdicts_of_loop(jobs, how);
  if (!how.is_of_envelope)
    return std::vector<verdict>(jobs.size(), verdict_of(how));
  auto reported = verdicts_in(how.output);
  auto other = verdict_of(how);
  if (other.kind == verdict_kind::succeeded)
    other = failed("the command succeeded, but its stdout has no line for this job", "no_result");
  std::vector<verdict> out;
  out.reserve(jobs.size());
  for (const auto& job : jobs) {
    const auto found = reported.find(job);
    out.push_back(found == reported.end() ? other : std::move(found->second));
    out.back().exit_code = how.exit_code;
    out.back().signal = how.signal;
  }
  return out;
}

} // namespace rota::executors
