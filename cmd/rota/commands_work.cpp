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
                         settled.state.empty() ? "not accepted" : visible(settled.state),
                         static_cast<double>(outcome.took.count()) / 1000.0, visible(why)));
}

/// Runs `prints` until stdout has no reader; returns false from then on. The work itself continues.
bool print_if_read(bool& read, const std::function<void()>& prints) {
  if (!read)
    return false;
  try {
    prints();
  } catch (const output_lost& lost) {
    read = false;
    fmt::print(stderr, "rota: {}; continuing without output\n", lost.what());
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
      fmt::print(stderr, "rota: the result of job {} was not accepted: {}\n",
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
    return report_usage("no command given: specify it after --");
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
In each word of the command, {} is replaced by the payload's text and {/pointer} by the part of the
payload that the JSON pointer names. A word remains one word; only a word that consists of
{/pointer*} expands to all strings of that array. No shell is involved. The command reads the
payload from stdin.

Exit status 0 means success; stdout is the result, as JSON or else as text. Exit status 75 means not
ready yet; stdout may be a JSON checkpoint, passed to the next attempt in ROTA_CHECKPOINT. Any other
status means failure; the error message is the end of stderr.

Ctrl-C waits for running commands. A second Ctrl-C stops them and releases their jobs.

  rota work --type tls_check --jobs 4 -- check-host --port {/port} {/host}
  rota work --type script -- {/command*}       (anyone who can push can run anything here))";

} // namespace

void add_work_command(CLI::App& program, action& chosen) {
  const auto given = std::make_shared<work_arguments>();
  auto* command = program.add_subcommand("work", "Lease jobs and run a command for each");
  command->footer(footer);
  command->add_option("--type", given->types, "Only this job type (can be repeated)")
      ->allow_extra_args(false);
  command->add_option("--jobs", given->jobs, "Maximum number of concurrent commands (default 1)")
      ->check(CLI::Range(1, 1000));
  command->add_option("--leases", given->leases, "Maximum number of leases per pop (default 100)")
      ->check(CLI::Range(1, 1000));
  command->add_option("--worker", given->name, "Worker name (default: host name and process id)");
  command
      ->add_option("--lease-ms", given->lease_ms, "Lease time in ms (default: the type's setting)")
      ->check(CLI::Range(100, 86'400'000));
  command
      ->add_option("--grace-ms", given->grace_ms,
                   "Milliseconds between SIGTERM and SIGKILL (default 5000)")
      ->check(CLI::Range(0, 3'600'000));
  command->add_flag("--quiet", given->quiet, "Do not print a line per job");
  on_parsed(*command, chosen, given, work);
}

} // namespace rota::client
