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
  worker_options worker;
  bool quiet = false;
};

std::string default_name() {
  std::array<char, 128> host{};
  ::gethostname(host.data(), host.size() - 1);
  return valid_utf8(fmt::format("{}-{}", host.data(), ::getpid()));
}

void print_settled(const settled_outcome& settled) {
  const job_outcome& outcome = settled.outcome;
  std::string why = settled.explanation;
  if (why.empty() && outcome.kind == outcome_kind::failed)
    why = outcome.error_message;
  print_line(fmt::format("{}  {}  {}  {}  {:.3f} s  {}", visible(outcome.job),
                         visible(outcome.tenant), visible(outcome.type),
                         settled.state.empty() ? "not accepted" : visible(settled.state),
                         static_cast<double>(outcome.took.count()) / 1000.0, visible(why)));
}

/// Calls `print` while stdout has a reader. The work itself continues without one.
void print_if_read(bool& is_read, const std::function<void()>& print) {
  if (!is_read)
    return;
  try {
    print();
  } catch (const output_lost& lost) {
    is_read = false;
    fmt::print(stderr, "rota: {}; continuing without output\n", lost.what());
  }
}

worker_listener listener_for(const command_context& context, bool quiet) {
  worker_listener listener;
  const auto is_read = std::make_shared<bool>(true);
  listener.settled = [shows = !context.json && !quiet, is_read](const settled_outcome& settled) {
    if (shows)
      print_if_read(*is_read, [&] { print_settled(settled); });
    if (!shows && settled.state.empty()) {
      fmt::print(stderr, "rota: the result of job {} was not accepted: {}\n",
                 visible(settled.outcome.job), visible(settled.explanation));
    }
  };
  listener.results_answered = [shows = context.json, is_read](std::string_view answer) {
    if (shows)
      print_if_read(*is_read, [&] { print_line(answer); });
  };
  listener.message = [](const std::string& text) { fmt::print(stderr, "rota: {}\n", text); };
  return listener;
}

exit_status work(const command_context& context, work_arguments given) {
  if (context.trailing_arguments.empty())
    return report_usage("no command given: specify it after --");
  given.worker.server = context.server;
  given.worker.command = context.trailing_arguments;
  const stop_signals signals;
  return worker{std::move(given.worker), listener_for(context, given.quiet), signals.descriptor()}
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
  worker_options& options = given->worker;
  options.name = default_name();
  command->add_option("--type", options.types, "Only this job type (can be repeated)")
      ->allow_extra_args(false);
  command->add_option("--jobs", options.jobs, "Maximum number of concurrent commands (default 1)")
      ->check(CLI::Range(1, 1000));
  command
      ->add_option("--leases", options.leases_max, "Maximum number of leases per pop (default 100)")
      ->check(CLI::Range(1, 1000));
  command->add_option_function<std::string>(
      "--worker", [&options](const std::string& name) { options.name = valid_utf8(name); },
      "Worker name (default: host name and process id)");
  command
      ->add_option_function<std::int64_t>(
          "--lease-ms", [&options](std::int64_t ms) { options.lease_ms = milliseconds{ms}; },
          "Lease time in ms (default: the shortest over its jobs: a job's own, else the type's)")
      ->check(CLI::Range(100, 86'400'000));
  command
      ->add_option_function<std::int64_t>(
          "--grace-ms", [&options](std::int64_t ms) { options.grace = milliseconds{ms}; },
          "Milliseconds between SIGTERM and SIGKILL (default 5000)")
      ->check(check_number<int>)
      ->check(CLI::Range(0, 3'600'000));
  command->add_flag("--quiet", given->quiet, "Do not print a line per job");
  on_parsed(*command, chosen, given, work);
}

} // namespace rota::client
