#include "cmd/rota/commands.hpp"
#include "cmd/rota/table.hpp"
#include "cmd/rota/text.hpp"
#include "json/check.hpp"

// pop and complete: act as a worker by hand.

namespace rota::client {

namespace {

struct pop_options {
  std::string worker = "rota-pop";
  std::vector<std::string> types;
  std::int64_t leases = 1;
  std::int64_t max_jobs = 1;
  std::int64_t wait_ms = 0;
  std::optional<std::int64_t> lease_ms;
};

void print_leases(json_value result) {
  table made{{"LEASE", "JOB", "TYPE", "TENANT", "TRY", "DEADLINE", "PAYLOAD"}};
  for (const json_value lease : array_in(result, "leases")) {
    const auto cell = [](json_value of, std::string_view name) {
      return display(of.as_object().find(name).value_or(json_value{}));
    };
    for (const json_value job : array_in(lease, "jobs")) {
      made.add({cell(lease, "lease"), cell(job, "id"), cell(lease, "type"), cell(lease, "tenant"),
                cell(job, "attempt"), cell(lease, "deadline"), cell(job, "payload")});
    }
  }
  if (made.empty()) {
    print_line("no jobs");
  } else {
    print(made.text(stdout_size().columns));
  }
}

void add_pop(CLI::App& program, action& chosen) {
  const auto options = std::make_shared<pop_options>();
  auto* command = program.add_subcommand("pop", "Lease jobs by hand");
  command->add_option("--worker", options->worker, "Worker name (default rota-pop)");
  command->add_option("--type", options->types, "Only this job type (can be repeated)")
      ->allow_extra_args(false);
  command->add_option("--leases", options->leases, "Maximum number of leases (default 1)");
  command->add_option("--max-jobs", options->max_jobs,
                      "Maximum number of jobs per lease (default 1)");
  command->add_option("--wait-ms", options->wait_ms,
                      "Milliseconds to wait for the first lease (default 0)");
  command->add_option("--lease-ms", options->lease_ms,
                      "Lease time in ms (default: the type's setting)");
  on_parsed(*command, chosen, options, [](const context& settings, const pop_options& given) {
    std::string params;
    json_writer writer{params};
    writer.begin_object().member("worker", valid_utf8(given.worker));
    if (!given.types.empty())
      write_texts(writer, "types", given.types);
    writer.member("leases", given.leases).member("max_jobs", given.max_jobs);
    writer.member("wait_ms", given.wait_ms);
    write_optional(writer, "lease_ms", given.lease_ms);
    writer.end_object();
    return call_and_print(settings, "job.pop", params, print_leases);
  });
}

struct complete_options {
  std::vector<std::string> leases;
  std::optional<std::string> job;
  bool failed = false;
  bool no_retry = false;
  std::optional<std::string> result;
  std::optional<std::string> error;
  std::optional<std::string> error_kind;
};

std::string complete_params(const complete_options& given) {
  std::string params;
  json_writer writer{params};
  writer.begin_object().key("results").begin_array();
  for (const std::string& lease : given.leases) {
    writer.begin_object().member("lease", valid_utf8(lease));
    write_optional(writer, "job", given.job);
    writer.member("outcome", given.failed ? "failed" : "succeeded");
    if (given.result)
      writer.raw_member("result", *given.result);
    if (given.error || given.error_kind) {
      writer.key("error").begin_object();
      writer.member("message", valid_utf8(given.error.value_or("")));
      write_optional(writer, "kind", given.error_kind);
      writer.end_object();
    }
    if (given.no_retry)
      writer.key("retryable").boolean(false);
    writer.end_object();
  }
  writer.end_array().end_object();
  return params;
}

void print_completed(json_value result) {
  table made{{"LEASE", "JOB", "STATE"}};
  for (const json_value item : array_in(result, "results")) {
    std::string lease, job = "-", state = "-";
    for (const auto& [name, value] : item.as_object()) {
      if (name == "lease")
        lease = display(value);
      if (name == "job")
        job = display(value);
      if (name == "state")
        state = display(value);
      if (name == "error")
        state = display(at_pointer(value, "/message").value_or(value));
    }
    const json_array jobs = array_in(item, "jobs");
    if (jobs.empty())
      made.add({lease, job, state});
    for (const json_value each : jobs) {
      made.add({lease, display(at_pointer(each, "/job").value_or(json_value{})),
                display(at_pointer(each, "/state").value_or(json_value{}))});
    }
  }
  print(made.text(stdout_size().columns));
}

// A refused result makes the exit status refused, but the other results are applied.
exit_status complete(const context& settings, const complete_options& given) {
  if (given.result && check_json(*given.result)) {
    return report_usage("--result is not valid JSON");
  }
  if (!given.failed && (given.error || given.error_kind || given.no_retry)) {
    return report_usage("--error, --error-kind and --no-retry require --failed");
  }
  const auto result = call(settings, "job.complete", complete_params(given));
  if (!result)
    return result.error();
  print_result_of(settings, *result, print_completed);
  for (const json_value item : array_in(json_value{*result}, "results")) {
    if (item.as_object().find("error"))
      return exit_status::refused;
  }
  return exit_status::done;
}

void add_complete(CLI::App& program, action& chosen) {
  const auto options = std::make_shared<complete_options>();
  auto* command = program.add_subcommand("complete", "Complete leases by hand");
  add_words(*command, "leases", options->leases, "Leases")->required()->expected(1, 1000);
  command->add_option("--job", options->job, "Only this job of the lease");
  command->add_flag("--failed", options->failed, "Report failure instead of success");
  command->add_flag("--no-retry", options->no_retry, "Do not retry the jobs");
  command->add_option("--result", options->result, "Result, as JSON");
  command->add_option("--error", options->error, "Error message");
  command->add_option("--error-kind", options->error_kind, "Error kind, such as timeout");
  on_parsed(*command, chosen, options, complete);
}

} // namespace

void add_lease_commands(CLI::App& program, action& chosen) {
  add_pop(program, chosen);
  add_complete(program, chosen);
}

} // namespace rota::client
