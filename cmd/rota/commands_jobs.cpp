#include "cmd/rota/commands.hpp"
#include "cmd/rota/table.hpp"
#include "cmd/rota/text.hpp"

// job, jobs, explain, output: inspect jobs.

namespace rota::client {

namespace {

void print_jobs(json_value result) {
  print_table(array_in(result, "jobs"),
              {{"ID", "/id"},
               {"STATE", "/state"},
               {"TYPE", "/type"},
               {"TENANT", "/tenant"},
               {"PRIO", "/priority"},
               {"TRIES", "/attempts"},
               {"CREATED", "/created_at"},
               {"ERROR", "/error/message"}},
              "no jobs");
  report_next_page(result);
}

struct output_options {
  json_members params;
  std::int64_t offset = 0;
};

struct output_slice {
  std::string bytes;
  bool is_last = true;
};

output_slice read_output(json_value result) {
  output_slice read{text_in(result, "data"), member_of(result, "eof").as_bool().value_or(true)};
  if (text_in(result, "encoding") == "base64")
    read.bytes = from_base64(read.bytes);
  return read;
}

// Without a limit, prints all output that is there.
exit_status show_output(const command_context& context, output_options given) {
  const auto server = open_requester(context);
  if (!server)
    return server.error();
  while (true) {
    given.params.put("offset", given.offset);
    const auto result = (*server)->call("job.output", given.params.object());
    if (!result)
      return report(result.error());
    const output_slice read = read_output(json_value{*result});
    if (context.json)
      print_line(*result);
    else
      print(read.bytes);
    if (given.params.has("limit") || read.is_last || read.bytes.empty())
      return exit_status::done;
    given.offset += static_cast<std::int64_t>(read.bytes.size());
  }
}

void add_output(CLI::App& program, action& chosen) {
  const auto options = std::make_shared<output_options>();
  auto* command = program.add_subcommand("output", "Print a job's output, as kept by its executor");
  auto& params = options->params;
  params.put("stream", std::string{"stdout"});
  add_text(*command, params, "id", "Job id")->required();
  add_text(*command, params, "--stream", "stdout or stderr (default stdout)")
      ->check(CLI::IsMember({"stdout", "stderr"}));
  command->add_option("--offset", options->offset, "First byte to print (default 0)")
      ->check(check_number<std::int64_t>);
  add_integer(*command, params, "--limit", "Maximum number of bytes (default: to the end)");
  on_parsed(*command, chosen, options, show_output);
}

void add_request_by_id(CLI::App& program, action& chosen, const std::string& name,
                       const std::string& description, const std::string& method) {
  auto [command, params] = add_request(program, chosen, name, description, method, print_record);
  add_text(command, params, "id", "Job id")->required();
}

void add_jobs(CLI::App& program, action& chosen) {
  auto [command, params] = add_request(program, chosen, "jobs", "List jobs by queue, oldest first",
                                       "job.list", print_jobs);
  add_filter(command, params);
  add_text(command, params, "--state",
           "Only jobs in this state: delayed, ready, starting, running, succeeded, failed or "
           "cancelled");
  add_page(command, params);
}

} // namespace

void add_job_commands(CLI::App& program, action& chosen) {
  add_request_by_id(program, chosen, "job", "Show all details of a job", "job.get");
  add_jobs(program, chosen);
  add_change_commands(program, chosen);
  add_request_by_id(program, chosen, "explain", "Explain why a job is not running", "job.explain");
  add_output(program, chosen);
}

} // namespace rota::client
