#include "cmd/rota/commands.hpp"
#include "cmd/rota/push.hpp"
#include "cmd/rota/text.hpp"
#include "json/check.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

namespace rota::client {

namespace {

struct push_arguments {
  std::vector<std::string> payloads;
  std::optional<std::string> file;
  push_options options;
};

exit_status push_file(const command_context& context, const push_arguments& given) {
  if (*given.file == "-")
    return push_lines(context, given.options, std::cin);
  std::ifstream lines{*given.file};
  if (!lines || std::filesystem::is_directory(*given.file))
    return report_usage("cannot read " + *given.file);
  return push_lines(context, given.options, lines);
}

// Without a payload, pushes a job whose payload is null.
exit_status push_payloads(const command_context& context, const push_arguments& given) {
  std::vector<std::string> payloads = given.payloads;
  payloads.insert(payloads.end(), context.trailing_arguments.begin(),
                  context.trailing_arguments.end());
  if (payloads.empty())
    payloads.emplace_back("null");
  if (payloads.size() > 1 && given.options.defaults.has("key"))
    return report_usage("--key requires exactly one payload");
  std::string lines;
  for (std::string& payload : payloads) {
    if (const auto error = check_json(payload))
      return report_usage("payload " + payload + ' ' + error->reason);
    // Checked JSON has line ends only as white space.
    std::replace(payload.begin(), payload.end(), '\n', ' ');
    lines += job_of_payload(given.options.defaults, payload) + '\n';
  }
  push_options options = given.options;
  options.defaults = {};
  std::istringstream in{lines};
  return push_lines(context, options, in);
}

exit_status push(const command_context& context, const push_arguments& given) {
  if (given.file) {
    if (!given.payloads.empty() || !context.trailing_arguments.empty())
      return report_usage("payloads cannot be combined with --file");
    return push_file(context, given);
  }
  const json_members& job = given.options.defaults;
  if (!job.has("type") || !job.has("tenant"))
    return report_usage("--type and --tenant are required");
  return push_payloads(context, given);
}

// Adds the options that are members of the jobs.
void add_job_options(CLI::App& command, json_members& job) {
  add_text(command, job, "--type", "Job type");
  add_text(command, job, "--tenant", "Tenant");
  add_integer(command, job, "--priority",
              "Priority from -1000 to 1000; lower runs first (default 0)");
  add_text(command, job, "--key", "Idempotency key: pushing it again returns the first job");
  add_text(command, job, "--not-before", "Do not start before this time (RFC 3339)");
  add_integer(command, job, "--delay-ms", "Do not start for this many ms");
  add_text(command, job, "--concurrency-key", "Concurrency key");
  add_decimal(command, job, "--cost", "Cost charged to the tenant's share (default 1)");
  add_decimal(command, job, "--slots", "Slots taken from the pool (default 1)");
  add_integer(command, job, "--max-attempts",
              "Maximum number of attempts (default: the type's setting)");
  add_integer(command, job, "--timeout-ms",
              "Time limit of an attempt in ms (default: the type's setting)");
  add_integer(command, job, "--lease-ms", "Lease time in ms (default: the type's setting)");
  add_text(command, job, "--traceparent", "W3C trace context: traceparent");
  add_text(command, job, "--tracestate", "W3C trace context: tracestate");
}

} // namespace

void add_push_command(CLI::App& program, action& chosen) {
  const auto given = std::make_shared<push_arguments>();
  auto* command = program.add_subcommand(
      "push", "Push jobs, given as payloads or in a file, and print their ids");
  add_arguments(*command, "payloads", given->payloads, "Payloads, as JSON");
  command->add_option(
      "--file", given->file,
      "NDJSON file with one job per line, in the form of job.push (- for stdin); options are "
      "defaults for all lines");
  add_job_options(*command, given->options.defaults);
  command->add_option("--batch", given->options.jobs_per_request, "Jobs per request (default 500)")
      ->check(CLI::Range(1, 1000));
  command->add_flag("--wait-when-full", given->options.wait_when_full,
                    "Wait while a queue is full instead of failing");
  command->add_flag("--quiet", given->options.quiet, "Do not print ids");
  on_parsed(*command, chosen, given, push);
}

} // namespace rota::client
