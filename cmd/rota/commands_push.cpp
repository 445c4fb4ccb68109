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
  std::optional<std::string> type, tenant, key, not_before, concurrency_key, traceparent,
      tracestate;
  std::optional<std::int64_t> priority, delay_ms, max_attempts, timeout_ms, lease_ms;
  std::optional<double> cost, slots;
  push_options options;
};

// Returns the members given as options, as JSON text.
std::vector<job_member> given_members(const push_arguments& given) {
  std::string text;
  json_writer writer{text};
  writer.begin_object();
  write_optional(writer, "type", given.type);
  write_optional(writer, "tenant", given.tenant);
  write_optional(writer, "priority", given.priority);
  write_optional(writer, "key", given.key);
  write_optional(writer, "not_before", given.not_before);
  write_optional(writer, "delay_ms", given.delay_ms);
  write_optional(writer, "concurrency_key", given.concurrency_key);
  write_optional(writer, "cost", given.cost);
  write_optional(writer, "slots", given.slots);
  write_optional(writer, "max_attempts", given.max_attempts);
  write_optional(writer, "timeout_ms", given.timeout_ms);
  write_optional(writer, "lease_ms", given.lease_ms);
  write_optional(writer, "traceparent", given.traceparent);
  write_optional(writer, "tracestate", given.tracestate);
  writer.end_object();
  std::vector<job_member> members;
  for (const auto& [name, value] : json_value{text}.as_object()) {
    members.emplace_back(name, value.raw());
  }
  return members;
}

exit_status push_file(const context& settings, const push_arguments& given) {
  if (*given.file == "-")
    return push_lines(settings, given.options, std::cin);
  std::ifstream lines{*given.file};
  if (!lines || std::filesystem::is_directory(*given.file))
    return report_usage("cannot read " + *given.file);
  return push_lines(settings, given.options, lines);
}

// Without a payload, pushes a job whose payload is null.
exit_status push_payloads(const context& settings, const push_arguments& given) {
  std::vector<std::string> payloads = given.payloads;
  payloads.insert(payloads.end(), settings.words.begin(), settings.words.end());
  if (payloads.empty())
    payloads.emplace_back("null");
  if (payloads.size() > 1 && given.key)
    return report_usage("--key requires exactly one payload");
  std::string lines;
  for (std::string& payload : payloads) {
    if (const auto error = check_json(payload)) {
      return report_usage("payload " + payload + ' ' + error->reason);
    }
    // Checked JSON has line ends only as white space.
    std::replace(payload.begin(), payload.end(), '\n', ' ');
    lines += job_of_payload(given.options.defaults, payload) + '\n';
  }
  push_options options = given.options;
  options.defaults.clear();
  std::istringstream in{lines};
  return push_lines(settings, options, in);
}

exit_status push(const context& settings, push_arguments given) {
  given.options.defaults = given_members(given);
  if (given.file) {
    if (!given.payloads.empty() || !settings.words.empty()) {
      return report_usage("payloads cannot be combined with --file");
    }
    return push_file(settings, given);
  }
  if (!given.type || !given.tenant)
    return report_usage("--type and --tenant are required");
  return push_payloads(settings, given);
}

void add_member_options(CLI::App& command, push_arguments& given) {
  command.add_option("--type", given.type, "Job type");
  command.add_option("--tenant", given.tenant, "Tenant");
  command.add_option("--priority", given.priority,
                     "Priority from -1000 to 1000; lower runs first (default 0)");
  command.add_option("--key", given.key, "Idempotency key: pushing it again returns the first job");
  command.add_option("--not-before", given.not_before, "Do not start before this time (RFC 3339)");
  command.add_option("--delay-ms", given.delay_ms, "Do not start for this many ms");
  command.add_option("--concurrency-key", given.concurrency_key, "Concurrency key");
  command.add_option("--cost", given.cost, "Cost charged to the tenant's share (default 1)");
  command.add_option("--slots", given.slots, "Slots taken from the pool (default 1)");
  command.add_option("--max-attempts", given.max_attempts,
                     "Maximum number of attempts (default: the type's setting)");
  command.add_option("--timeout-ms", given.timeout_ms,
                     "Time limit of an attempt in ms (default: the type's setting)");
  command.add_option("--lease-ms", given.lease_ms,
                     "Lease time in ms (default: the type's setting)");
  command.add_option("--traceparent", given.traceparent, "W3C trace context: traceparent");
  command.add_option("--tracestate", given.tracestate, "W3C trace context: tracestate");
}

} // namespace

void add_push_command(CLI::App& program, action& chosen) {
  const auto given = std::make_shared<push_arguments>();
  auto* command = program.add_subcommand(
      "push", "Push jobs, given as payloads or in a file, and print their ids");
  add_words(*command, "payloads", given->payloads, "Payloads, as JSON");
  command->add_option(
      "--file", given->file,
      "NDJSON file with one job per line, in the form of job.push (- for stdin); options are "
      "defaults for all lines");
  add_member_options(*command, *given);
  command->add_option("--batch", given->options.jobs_per_request, "Jobs per request (default 500)")
      ->check(CLI::Range(1, 1000));
  command->add_flag("--wait-when-full", given->options.wait_when_full,
                    "Wait while a queue is full instead of failing");
  command->add_flag("--quiet", given->options.quiet, "Do not print ids");
  on_parsed(*command, chosen, given, push);
}

} // namespace rota::client
