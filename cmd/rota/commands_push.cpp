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

// The members that were given by options, as JSON text.
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
    return report_usage("can't read " + *given.file);
  return push_lines(settings, given.options, lines);
}

// Without a payload it is null.
exit_status push_payloads(const context& settings, const push_arguments& given) {
  std::vector<std::string> payloads = given.payloads;
  payloads.insert(payloads.end(), settings.words.begin(), settings.words.end());
  if (payloads.empty())
    payloads.emplace_back("null");
  if (payloads.size() > 1 && given.key)
    return report_usage("--key goes with one payload");
  std::string lines;
  for (std::string& payload : payloads) {
    if (const auto error = check_json(payload)) {
      return report_usage("the payload " + payload + ' ' + error->reason);
    }
    std::replace(payload.begin(), payload.end(), '\n', ' '); // White space outside strings.
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
      return report_usage("give payloads or --file, not both");
    }
    return push_file(settings, given);
  }
  if (!given.type || !given.tenant)
    return report_usage("give --type and --tenant");
  return push_payloads(settings, given);
}

void add_member_options(CLI::App& command, push_arguments& given) {
  command.add_option("--type", given.type, "The jobs' type");
  command.add_option("--tenant", given.tenant, "The tenant they are for");
  command.add_option("--priority", given.priority, "-1000..1000, lower runs sooner (0)");
  command.add_option("--key", given.key, "Idempotency key: a second push finds the first job");
  command.add_option("--not-before", given.not_before, "Time before which it isn't ready");
  command.add_option("--delay-ms", given.delay_ms, "The same, from now");
  command.add_option("--concurrency-key", given.concurrency_key, "What its limit is kept by");
  command.add_option("--cost", given.cost, "What it costs of the tenant's share (1)");
  command.add_option("--slots", given.slots, "The slots it takes of its pool (1)");
  command.add_option("--max-attempts", given.max_attempts, "Instead of the type's");
  command.add_option("--timeout-ms", given.timeout_ms, "Instead of the type's");
  command.add_option("--lease-ms", given.lease_ms, "Instead of the type's");
  command.add_option("--traceparent", given.traceparent,
                     "The trace it belongs to, as W3C writes it");
  command.add_option("--tracestate", given.tracestate, "What goes with it");
}

} // namespace

void add_push_command(CLI::App& program, action& chosen) {
  const auto given = std::make_shared<push_arguments>();
  auto* command = program.add_subcommand(
      "push", "Push jobs: payloads as arguments, or a file of jobs; prints their ids");
  add_words(*command, "payloads", given->payloads, "The jobs' payloads, JSON");
  command->add_option(
      "--file", given->file,
      "NDJSON: a job a line, with the members of job.push; - is stdin. Options give "
      "what a line doesn't have");
  add_member_options(*command, *given);
  command->add_option("--batch", given->options.jobs_per_request, "Jobs in a request (500)")
      ->check(CLI::Range(1, 1000));
  command->add_flag("--wait-when-full", given->options.wait_when_full,
                    "Wait while a queue is full instead of ending");
  command->add_flag("--quiet", given->options.quiet, "Print no ids");
  on_parsed(*command, chosen, given, push);
}

} // namespace rota::client
