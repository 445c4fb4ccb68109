#include "cmd/rota/commands.hpp"
#include "cmd/rota/stop_signals.hpp"
#include "cmd/rota/text.hpp"
#include "cmd/rota/work/worker.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <memory>

namespace rota::client {

namespace {

using std::chrono::milliseconds;

struct work_arguments {
  std::optional<std::string> name;
  std::vector<std::string> types;
  std::size_t jobs = 1;
  std::size_t leases = 100;
  std::optional<std::int64_t> lease_ms;
  std::int64_t grace_ms = 5000;
  bool quiet = false;
};

std::string default_name() {
  std::array<char, 128> host{};
  ::gethostname(host.data(), host.size() - 1);
  return valid_utf8(fmt::format("{}-{}", host.data(), ::getpid()));
}

void print_settled(const settled_outcome& settled) {
  const job_outcome& outcome = settled.outcome;
  std::string why = settled.note;
  if (why.empty() && outcome.kind == outcome_kind::failed)
    why = outcome.error_message;
  print_line(fmt::format("{}  {}  {}  {}  {:.3f} s  {}", visible(outcome.job),
                         visible(outcome.tenant), visible(outcome.type),
                         settled.state.empty() ? "not taken" : visible(settled.state),
                         static_cast<double>(outcome.took.count()) / 1000.0, visible(why)));
}

/// Runs what prints; false from the first time on that nobody reads it. Work isn't thrown away for that.
bool print_if_read(bool& read, const std::function<void()>& prints) {
  if (!read)
    return false;
  try {
    prints();
  } catch (const output_lost& lost) {
    read = false;
    fmt::print(stderr, "rota: {}; working on without telling\n", lost.what());
  }
  return read;
}

worker_listener listener_for(const context& settings, bool quiet) {
  worker_listener listener;
  const auto read = std::make_shared<bool>(true);
  listener.settled = [shows = !settings.json && !quiet, read](const settled_outcome& settled) {
    if (shows)
      print_if_read(*read, [&] { print_settled(settled); });
    if (!shows && settled.state.empty()) {
      fmt::print(stderr, "rota: the result of job {} wasn't taken: {}\n",
                 visible(settled.outcome.job), visible(settled.note));
    }
  };
  listener.results_answered = [shows = settings.json, read](std::string_view answer) {
    if (shows)
      print_if_read(*read, [&] { print_line(answer); });
  };
  listener.noted = [](const std::string& text) { fmt::print(stderr, "rota: {}\n", text); };
  return listener;
}

exit_status work(const context& settings, const work_arguments& given) {
  if (settings.words.empty())
    return report_usage("give the command after --");
  worker_options options;
  options.server = settings.server;
  options.name = given.name ? valid_utf8(*given.name) : default_name();
  options.types = given.types;
  options.command = settings.words;
  options.jobs = given.jobs;
  options.leases_max = given.leases;
  if (given.lease_ms)
    options.lease_ms = milliseconds{*given.lease_ms};
  options.grace = milliseconds{given.grace_ms};
  const stop_signals signals;
  return worker{std::move(options), listener_for(settings, given.quiet), signals.descriptor()}
      .run();
}

constexpr auto footer = R"(
In each word of the command {} becomes the payload's text and {/pointer} the part of the payload
that the JSON pointer leads to; one word stays one word, but for a whole word {/pointer*}: an array
of strings, each a word. No shell is involved. The payload comes on stdin. Exit status 0: succeeded,
stdout is the result (JSON, else kept as text). 75: not ready yet, stdout may be a JSON checkpoint,
which the next try finds in ROTA_CHECKPOINT. Else: failed, the end of stderr says why. Ctrl-C waits
for what runs; a second one stops it and gives the jobs back.

  rota work --type tls_check --jobs 4 -- check-host --port {/port} {/host}
  rota work --type script -- {/command*}       (who may push may then run anything here))";

} // namespace

void add_work_command(CLI::App& program, action& chosen) {
  const auto given = std::make_shared<work_arguments>();
  auto* command = program.add_subcommand("work", "Pop leases and run a command for each job");
  command->footer(footer);
  command->add_option("--type", given->types, "Only this job type (can be repeated)")
      ->allow_extra_args(false);
  command->add_option("--jobs", given->jobs, "Commands at a time (1)")->check(CLI::Range(1, 1000));
  command->add_option("--leases", given->leases, "At most so many leases in one pop (100)")
      ->check(CLI::Range(1, 1000));
  command->add_option("--worker", given->name, "The worker's name (host and process)");
  command->add_option("--lease-ms", given->lease_ms, "How long leases hold, instead of the type's")
      ->check(CLI::Range(100, 86'400'000));
  command->add_option("--grace-ms", given->grace_ms, "From SIGTERM to SIGKILL (5000)")
      ->check(CLI::Range(0, 3'600'000));
  command->add_flag("--quiet", given->quiet, "Don't print a line for each job");
  on_parsed(*command, chosen, given, work);
}

} // namespace rota::client
