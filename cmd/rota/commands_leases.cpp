#include "cmd/rota/commands.hpp"
#include "cmd/rota/table.hpp"
#include "cmd/rota/text.hpp"
#include "json/check.hpp"

// pop and complete: act as a worker by hand.

namespace rota::client {

namespace {

void print_leases(json_value result) {
  table jobs{{"LEASE", "JOB", "TYPE", "TENANT", "TRY", "DEADLINE", "PAYLOAD"}};
  for (const json_value lease : array_in(result, "leases")) {
    for (const json_value job : array_in(lease, "jobs")) {
      jobs.add({cell(lease, "lease"), cell(job, "id"), cell(lease, "type"), cell(lease, "tenant"),
                cell(job, "attempt"), cell(lease, "deadline"), cell(job, "payload")});
    }
  }
  print_table(jobs, "no jobs");
}

void add_pop(CLI::App& program, action& chosen) {
  auto [command, params] =
      add_request(program, chosen, "pop", "Lease jobs by hand", "job.pop", print_leases);
  params = {{"worker", "\"rota-pop\""}, {"leases", "1"}, {"max_jobs", "1"}, {"wait_ms", "0"}};
  add_text(command, params, "--worker", "Worker name (default rota-pop)");
  add_texts(command, params, "--type", "Only this job type (can be repeated)", "types");
  add_integer(command, params, "--leases", "Maximum number of leases (default 1)");
  add_integer(command, params, "--max-jobs", "Maximum number of jobs per lease (default 1)");
  add_integer(command, params, "--wait-ms", "Milliseconds to wait for the first lease (default 0)");
  add_integer(
      command, params, "--lease-ms",
      "Lease time in ms (default: the shortest over its jobs: a job's own, else the type's)");
}

struct complete_options {
  std::vector<std::string> leases;
  json_members job; ///< Which job of the lease.
  bool failed = false;
  bool no_retry = false;
  std::optional<std::string> result;
  json_members error;
};

json_members complete_params(const complete_options& given) {
  std::string results;
  json_writer writer{results};
  writer.begin_array();
  for (const std::string& lease : given.leases) {
    json_members item = given.job;
    item.put("lease", lease);
    item.put_json("outcome", given.failed ? "\"failed\"" : "\"succeeded\"");
    if (given.result)
      item.put_json("result", *given.result);
    if (!given.error.empty()) {
      json_members error{{"message", "\"\""}};
      for (const auto& [name, json] : given.error)
        error.put_json(name, json);
      item.put_json("error", error.object());
    }
    if (given.no_retry)
      item.put_json("retryable", "false");
    writer.raw(item.object());
  }
  writer.end_array();
  return {{"results", results}};
}

void print_completed(json_value result) {
  table jobs{{"LEASE", "JOB", "STATE"}};
  for (const json_value item : array_in(result, "results")) {
    const std::string lease = cell(item, "lease");
    const json_value error = member_of(item, "error");
    if (array_in(item, "jobs").empty())
      jobs.add({lease, cell(item, "job"),
                error.is_null() ? cell(item, "state")
                                : display(at_pointer(error, "/message").value_or(error))});
    for (const json_value each : array_in(item, "jobs"))
      jobs.add({lease, cell(each, "job"), cell(each, "state")});
  }
  print(jobs.text(stdout_size().columns));
}

// A refused result makes the exit status refused, but the other results are applied.
exit_status complete(const command_context& context, const complete_options& given) {
  if (given.result && check_json(*given.result))
    return report_usage("--result is not valid JSON");
  if (!given.failed && (!given.error.empty() || given.no_retry))
    return report_usage("--error, --error-kind and --no-retry require --failed");
  const auto result = call(context, "job.complete", complete_params(given).object());
  if (!result)
    return result.error();
  print_result_of(context, *result, print_completed);
  for (const json_value item : array_in(json_value{*result}, "results")) {
    if (item.as_object().find("error"))
      return exit_status::refused;
  }
  return exit_status::done;
}

void add_complete(CLI::App& program, action& chosen) {
  const auto options = std::make_shared<complete_options>();
  auto* command = program.add_subcommand("complete", "Complete leases by hand");
  add_arguments(*command, "leases", options->leases, "Leases", 1000)->required();
  add_text(*command, options->job, "--job", "Only this job of the lease");
  command->add_flag("--failed", options->failed, "Report failure instead of success");
  command->add_flag("--no-retry", options->no_retry, "Do not retry the jobs");
  command->add_option("--result", options->result, "Result, as JSON");
  add_member<std::string>(*command, options->error, "--error", "Error message", "message");
  add_member<std::string>(*command, options->error, "--error-kind", "Error kind, such as timeout",
                          "kind");
  on_parsed(*command, chosen, options, complete);
}

} // namespace

void add_lease_commands(CLI::App& program, action& chosen) {
  add_pop(program, chosen);
  add_complete(program, chosen);
}

} // namespace rota::client
