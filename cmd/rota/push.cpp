#include "cmd/rota/push.hpp"

#include "cmd/rota/text.hpp"
#include "json/check.hpp"
#include "json/write.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <thread>

namespace rota::client {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t requests_in_flight_max = 4;
constexpr std::size_t request_bytes_max = std::size_t{4} * 1024 * 1024;
constexpr milliseconds retry_delay_default{200};
constexpr milliseconds retry_delay_max{10'000};

// The jobs of some lines, sent in one request.
struct request {
  std::vector<std::size_t> lines; // Line numbers of its jobs, from 1.
  std::string params;
};

// Reads requests from lines.
class request_reader {
public:
  request_reader(std::istream& lines, const push_options& options)
      : lines_(lines), options_(options) {}

  // Returns nothing at the end and after a malformed line.
  std::optional<request> next() {
    request next;
    next.params = R"({"jobs":[)";
    std::string line;
    while (next.lines.size() < options_.jobs_per_request &&
           next.params.size() < request_bytes_max && std::getline(lines_, line)) {
      ++line_number_;
      const std::string_view job = trimmed(line);
      if (job.empty())
        continue;
      if (!is_acceptable(job))
        return std::nullopt;
      if (!next.lines.empty())
        next.params += ',';
      next.params += with_defaults(options_.defaults, job);
      next.lines.push_back(line_number_);
    }
    if (next.lines.empty())
      return std::nullopt;
    next.params += "]}";
    return next;
  }

  [[nodiscard]] const std::optional<std::string>& mistake() const { return mistake_; }

private:
  bool is_acceptable(std::string_view job) {
    if (const auto error = checker_.check(job)) {
      mistake_ = fmt::format("line {} {} at byte {}", line_number_, error->reason, error->offset);
    } else if (!json_value{job}.is_object()) {
      mistake_ = fmt::format("line {} is not a JSON object", line_number_);
    }
    return !mistake_;
  }

  std::istream& lines_;
  const push_options& options_;
  json_checker checker_;
  std::size_t line_number_ = 0;
  std::optional<std::string> mistake_;
};

// Prints answers in the order of their requests and counts their jobs.
class push_report {
public:
  push_report(const command_context& context, const push_options& options)
      : context_(context),
        quiet_(options.quiet),
        progress_(!options.quiet && ::isatty(STDERR_FILENO) != 0 && ::isatty(STDOUT_FILENO) == 0) {}

  void add(std::size_t sequence, std::string_view result) {
    waiting_.emplace(sequence, result);
    for (auto at = waiting_.begin(); at != waiting_.end() && at->first == next_;
         at = waiting_.erase(at), ++next_) {
      print_answer(at->second);
    }
    if (progress_)
      fmt::print(stderr, "\r{} jobs", jobs_);
  }

  // Also prints the answers that followed a request without a result.
  void finish() {
    for (const auto& [sequence, result] : waiting_)
      print_answer(result);
    waiting_.clear();
    flush_output();
    if (quiet_ || jobs_ < 2)
      return;
    fmt::print(stderr, "{}{} jobs pushed, {} duplicates\n", progress_ ? "\r" : "", jobs_,
               duplicates_);
  }

private:
  void print_answer(const std::string& result) {
    if (context_.json)
      print_line(result);
    for (const json_value job : array_in(json_value{result}, "jobs")) {
      ++jobs_;
      duplicates_ += member_of(job, "duplicate").as_bool().value_or(false) ? 1 : 0;
      if (!context_.json && !quiet_)
        print(text_in(job, "id") + "\n");
    }
  }

  const command_context& context_;
  bool quiet_;
  bool progress_;
  std::map<std::size_t, std::string> waiting_;
  std::size_t next_ = 0;
  std::size_t jobs_ = 0;
  std::size_t duplicates_ = 0;
};

// Names the line of the job that a path such as "/jobs/17/type" refers to, or all of the request's.
std::string refused_lines(const request& refused, const wire::call_error& error) {
  const std::string pointer =
      at_pointer(json_value{error.data}, "/path").value_or(json_value{}).as_string();
  constexpr std::string_view prefix = "/jobs/";
  if (pointer.starts_with(prefix)) {
    const std::size_t index = std::strtoull(pointer.c_str() + prefix.size(), nullptr, 10);
    if (index < refused.lines.size())
      return fmt::format("line {}", refused.lines[index]);
  }
  return fmt::format("lines {} to {}", refused.lines.front(), refused.lines.back());
}

class pusher {
public:
  pusher(const command_context& context, const push_options& options, wire::client& server,
         std::istream& lines)
      : options_(options), server_(server), reader_(lines, options), report_(context, options) {}

  exit_status run() {
    do {
      send_requests();
    } while (!in_flight_.empty() && handle_answer());
    report_.finish();
    if (!server_.is_open())
      return report_connection_lost();
    if (status_ == exit_status::done && reader_.mistake())
      return report_usage(*reader_.mistake());
    return status_;
  }

private:
  struct sent_request {
    std::size_t sequence;
    request content;
  };

  void send_requests() {
    while (status_ == exit_status::done && in_flight_.size() < requests_in_flight_max) {
      auto next = reader_.next();
      if (!next)
        return;
      send(sequence_++, std::move(*next));
    }
  }

  void send(std::size_t sequence, request content) {
    const std::int64_t id = server_.send("job.push", content.params);
    in_flight_.emplace(id, sent_request{sequence, std::move(content)});
  }

  // Returns false if the connection is lost.
  bool handle_answer() {
    const auto answer = server_.receive();
    if (!answer)
      return false;
    const auto found = answer->id ? in_flight_.find(*answer->id) : in_flight_.begin();
    if (found == in_flight_.end())
      return true;
    sent_request sent = std::move(found->second);
    in_flight_.erase(found);
    if (answer->what == wire::message::type::result) {
      report_.add(sent.sequence, answer->body);
    } else {
      handle_refusal(std::move(sent), wire::read_call_error(answer->body));
    }
    return true;
  }

  void handle_refusal(sent_request sent, const wire::call_error& error) {
    if (options_.wait_when_full && error.kind == "queue_full") {
      const auto given = member_of(json_value{error.data}, "retry_after_ms").as_int64();
      const milliseconds delay{given.value_or(retry_delay_default.count())};
      std::this_thread::sleep_for(std::clamp(delay, milliseconds{1}, retry_delay_max));
      send(sent.sequence, std::move(sent.content));
      return;
    }
    wire::call_error shown = error;
    shown.message = refused_lines(sent.content, error) + ": " + error.message;
    status_ = report(shown);
  }

  exit_status report_connection_lost() {
    for (const auto& [id, sent] : in_flight_) {
      fmt::print(
          stderr,
          "rota: the jobs of lines {} to {} may or may not have been accepted: push them again; "
          "jobs with a key are not duplicated\n",
          sent.content.lines.front(), sent.content.lines.back());
    }
    return report_lost(server_.lost_reason());
  }

  const push_options& options_;
  wire::client& server_;
  request_reader reader_;
  push_report report_;
  std::map<std::int64_t, sent_request> in_flight_;
  std::size_t sequence_ = 0;
  exit_status status_ = exit_status::done;
};

} // namespace

std::string job_of_payload(const json_members& defaults, std::string_view payload) {
  json_members job = defaults;
  job.put_json("payload", std::string{payload});
  return job.object();
}

std::string with_defaults(const json_members& defaults, std::string_view job) {
  if (defaults.empty())
    return std::string(job);
  const auto members = json_value{job}.as_object();
  std::string text;
  json_writer writer{text};
  writer.begin_object();
  for (const auto& [name, json] : defaults) {
    if (!members.find(name))
      writer.raw_member(name, json);
  }
  for (const auto& [name, value] : members)
    writer.raw_member(name, value.raw());
  writer.end_object();
  return text;
}

exit_status push_lines(const command_context& context, const push_options& options,
                       std::istream& lines) {
  auto server = connect(context);
  if (!server)
    return server.error();
  return pusher{context, options, *server, lines}.run();
}

} // namespace rota::client
