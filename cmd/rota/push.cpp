#include "cmd/rota/push.hpp"

#include "cmd/rota/params.hpp"
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

constexpr std::size_t requests_under_way_max = 4;
constexpr std::size_t request_bytes_max = std::size_t{4} * 1024 * 1024;
constexpr milliseconds full_wait_default{200};
constexpr milliseconds full_wait_max{10'000};

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
    request made;
    made.params = R"({"jobs":[)";
    std::string line;
    while (made.lines.size() < options_.jobs_per_request &&
           made.params.size() < request_bytes_max && std::getline(lines_, line)) {
      ++line_number_;
      const std::string_view job = trimmed(line);
      if (job.empty())
        continue;
      if (!acceptable(job))
        return std::nullopt;
      if (!made.lines.empty())
        made.params += ',';
      made.params += with_defaults(options_.defaults, job);
      made.lines.push_back(line_number_);
    }
    if (made.lines.empty())
      return std::nullopt;
    made.params += "]}";
    return made;
  }

  [[nodiscard]] const std::optional<std::string>& mistake() const { return mistake_; }

private:
  bool acceptable(std::string_view job) {
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
  push_report(const context& settings, const push_options& options)
      : settings_(settings),
        quiet_(options.quiet),
        progress_(!options.quiet && ::isatty(STDERR_FILENO) != 0 && ::isatty(STDOUT_FILENO) == 0) {}

  void answered(std::size_t sequence, std::string_view result) {
    waiting_.emplace(sequence, result);
    for (auto at = waiting_.begin(); at != waiting_.end() && at->first == next_;
         at = waiting_.erase(at), ++next_) {
      show(at->second);
    }
    if (progress_)
      fmt::print(stderr, "\r{} jobs", jobs_);
  }

  // Also prints the answers that followed a request without a result.
  void finish() {
    for (const auto& [sequence, result] : waiting_)
      show(result);
    waiting_.clear();
    flush_output();
    if (quiet_ || jobs_ < 2)
      return;
    fmt::print(stderr, "{}{} jobs pushed, {} duplicates\n", progress_ ? "\r" : "", jobs_,
               duplicates_);
  }

private:
  void show(const std::string& result) {
    if (settings_.json)
      print_line(result);
    for (const json_value job : array_in(json_value{result}, "jobs")) {
      ++jobs_;
      for (const auto& [name, value] : job.as_object()) {
        if (name == "duplicate" && value.as_bool().value_or(false))
          ++duplicates_;
        if (name == "id" && !settings_.json && !quiet_)
          print(value.as_string() + "\n");
      }
    }
  }

  const context& settings_;
  bool quiet_;
  bool progress_;
  std::map<std::size_t, std::string> waiting_;
  std::size_t next_ = 0;
  std::size_t jobs_ = 0;
  std::size_t duplicates_ = 0;
};

// Replaces a path such as "/jobs/17/type" by the line that the job came from.
std::string in_words_of_lines(const request& refused, const wire::call_error& error) {
  const auto path = at_pointer(json_value{error.data}, "/path");
  const std::string pointer = path ? path->as_string() : "";
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
  pusher(const context& settings, const push_options& options, wire::client& server,
         std::istream& lines)
      : options_(options), server_(server), reader_(lines, options), report_(settings, options) {}

  exit_status run() {
    while (true) {
      fill();
      if (under_way_.empty())
        break;
      if (!take_answer())
        break;
    }
    report_.finish();
    if (!server_.is_open())
      return connection_lost();
    if (status_ == exit_status::done && reader_.mistake())
      return report_usage(*reader_.mistake());
    return status_;
  }

private:
  struct sent {
    std::size_t sequence;
    request what;
  };

  void fill() {
    while (status_ == exit_status::done && under_way_.size() < requests_under_way_max) {
      auto made = reader_.next();
      if (!made)
        return;
      send(sequence_++, std::move(*made));
    }
  }

  void send(std::size_t sequence, request what) {
    const std::int64_t id = server_.send("job.push", what.params);
    under_way_.emplace(id, sent{sequence, std::move(what)});
  }

  bool take_answer() {
    const auto answer = server_.receive();
    if (!answer)
      return false;
    const auto found = answer->id ? under_way_.find(*answer->id) : under_way_.begin();
    if (found == under_way_.end())
      return true;
    sent about = std::move(found->second);
    under_way_.erase(found);
    if (answer->what == wire::message::type::result) {
      report_.answered(about.sequence, answer->body);
    } else {
      refused(std::move(about), wire::read_call_error(answer->body));
    }
    return true;
  }

  void refused(sent about, const wire::call_error& error) {
    if (options_.wait_when_full && error.kind == "queue_full") {
      const auto wait = at_pointer(json_value{error.data}, "/retry_after_ms");
      const auto given = wait ? wait->as_int64() : std::nullopt;
      std::this_thread::sleep_for(std::clamp(
          milliseconds{given.value_or(full_wait_default.count())}, milliseconds{1}, full_wait_max));
      send(about.sequence, std::move(about.what));
      return;
    }
    wire::call_error shown = error;
    shown.message = in_words_of_lines(about.what, error) + ": " + error.message;
    status_ = report(shown);
  }

  exit_status connection_lost() {
    for (const auto& [id, about] : under_way_) {
      fmt::print(
          stderr,
          "rota: the jobs of lines {} to {} may or may not have been accepted: push them again; "
          "jobs with a key are not duplicated\n",
          about.what.lines.front(), about.what.lines.back());
    }
    return report_lost(server_.lost_reason());
  }

  const push_options& options_;
  wire::client& server_;
  request_reader reader_;
  push_report report_;
  std::map<std::int64_t, sent> under_way_;
  std::size_t sequence_ = 0;
  exit_status status_ = exit_status::done;
};

} // namespace

std::string job_of_payload(const std::vector<job_member>& defaults, std::string_view payload) {
  std::string job;
  json_writer writer{job};
  writer.begin_object();
  for (const auto& [name, json] : defaults)
    writer.raw_member(name, json);
  writer.raw_member("payload", payload).end_object();
  return job;
}

std::string with_defaults(const std::vector<job_member>& defaults, std::string_view job) {
  if (defaults.empty())
    return std::string(job);
  const auto members = json_value{job}.as_object();
  std::string made;
  json_writer writer{made};
  writer.begin_object();
  for (const auto& [name, json] : defaults) {
    if (!members.find(name))
      writer.raw_member(name, json);
  }
  for (const auto& [name, value] : members)
    writer.raw_member(name, value.raw());
  writer.end_object();
  return made;
}

exit_status push_lines(const context& settings, const push_options& options, std::istream& lines) {
  auto server = connect(settings);
  if (!server)
    return server.error();
  return pusher{settings, options, *server, lines}.run();
}

} // namespace rota::client
