#include "cmd/rota/bulk_preview.hpp"
#include "cmd/rota/commands.hpp"
#include "cmd/rota/table.hpp"
#include "cmd/rota/text.hpp"

#include <array>

// job, jobs, cancel, retry, explain, output: inspect jobs and change their states.

namespace rota::client {

namespace {

struct one_job {
  std::string id;
};

void add_id(CLI::App& command, std::string& id) {
  command.add_option("id", id, "Job id")->required();
}

void add_job(CLI::App& program, action& chosen) {
  const auto options = std::make_shared<one_job>();
  auto* command = program.add_subcommand("job", "Show all details of a job");
  add_id(*command, options->id);
  on_parsed(*command, chosen, options, [](const context& settings, const one_job& job) {
    std::string params;
    json_writer{params}.begin_object().member("id", valid_utf8(job.id)).end_object();
    return call_and_print(settings, "job.get", params, print_record);
  });
}

struct jobs_options {
  queue_filter filter;
  std::optional<std::string> state;
  page part;
};

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
  mention_more(result);
}

void add_jobs(CLI::App& program, action& chosen) {
  const auto options = std::make_shared<jobs_options>();
  auto* command = program.add_subcommand("jobs", "List jobs by queue, oldest first");
  add_filter(*command, options->filter);
  command->add_option(
      "--state", options->state,
      "Only jobs in this state: delayed, ready, starting, running, succeeded, failed or "
      "cancelled");
  add_page(*command, options->part);
  on_parsed(*command, chosen, options, [](const context& settings, const jobs_options& given) {
    std::string params;
    json_writer writer{params};
    writer.begin_object();
    write_filter(writer, given.filter);
    write_optional(writer, "state", given.state);
    write_page(writer, given.part);
    writer.end_object();
    return call_and_print(settings, "job.list", params, print_jobs);
  });
}

struct change_options {
  std::vector<std::string> ids;
  queue_filter filter;
  std::optional<std::int64_t> limit;
  bool dry_run = false;
  bool yes = false;
};

// A method that changes jobs, and the states in which it can.
struct change_kind {
  std::string name;
  std::string description;
  std::string_view method;
  std::vector<std::string_view> states;
  std::string_view otherwise; ///< How jobs in other states are described.
};

void print_changes(json_value result, const change_kind& kind) {
  table made{{"ID", "OUTCOME"}};
  for (const std::string_view outcome :
       {"cancelled", "cancelling", "retried", "wrong_state", "not_found"}) {
    std::string text{outcome};
    if (outcome == "wrong_state")
      text.append(": ").append(kind.otherwise);
    for (const json_value id : array_in(result, outcome))
      made.add({display(id), text});
  }
  if (made.empty()) {
    print_line("no jobs");
  } else {
    print(made.text(stdout_size().columns));
  }
  const auto more = result.as_object().find("more");
  if (more && more->as_bool().value_or(false))
    print_line("more jobs match: run it again for the rest");
}

// Previews a change of many jobs if necessary. Returns nothing if the change may proceed, else the
// exit status.
std::optional<exit_status> look_first(const context& settings, const change_options& given,
                                      const change_kind& kind) {
  if (!given.dry_run && (given.yes || settings.bulk == bulk_changes::at_once))
    return std::nullopt;
  if (!given.dry_run && settings.bulk == bulk_changes::with_yes)
    return report_usage("a change of many jobs needs --yes; --dry-run shows the jobs");
  const auto looked =
      print_preview(settings, {kind.name, kind.states, given.filter, given.limit.value_or(1000)});
  if (given.dry_run || looked != exit_status::done)
    return looked;
  if (confirmed(kind.name + " these jobs?"))
    return std::nullopt;
  return exit_status::done;
}

// A job requested by id that did not change counts as refused.
exit_status change_jobs(const context& settings, const change_options& given,
                        const change_kind& kind) {
  if (given.ids.empty() && given.filter.empty())
    return report_usage("no jobs given: specify ids, --tenant or --type");
  if (!given.ids.empty() && !given.filter.empty())
    return report_usage("ids cannot be combined with --tenant or --type");
  if (!given.ids.empty() && given.dry_run)
    return report_usage("--dry-run requires --tenant or --type");
  if (given.ids.empty()) {
    if (const auto ended = look_first(settings, given, kind))
      return *ended;
  }
  std::string params;
  json_writer writer{params};
  writer.begin_object();
  if (!given.ids.empty())
    write_texts(writer, "ids", given.ids);
  write_filter(writer, given.filter);
  write_optional(writer, "limit", given.limit);
  writer.end_object();
  const auto result = call(settings, kind.method, params);
  if (!result)
    return result.error();
  print_result_of(settings, *result, [&](json_value changed) { print_changes(changed, kind); });
  const json_value answer{*result};
  const bool all = array_in(answer, "wrong_state").empty() && array_in(answer, "not_found").empty();
  return all || given.ids.empty() ? exit_status::done : exit_status::refused;
}

void add_change(CLI::App& program, action& chosen, const change_kind& kind) {
  const auto options = std::make_shared<change_options>();
  auto* command = program.add_subcommand(kind.name, kind.description);
  add_words(*command, "ids", options->ids, "Job ids");
  add_filter(*command, options->filter);
  command->add_option("--limit", options->limit, "Maximum number of jobs (default 1000)");
  command->add_flag("--dry-run", options->dry_run, "Show the jobs without changing them");
  command->add_flag("--yes", options->yes, "Skip the confirmation (only the console asks for one)");
  on_parsed(*command, chosen, options,
            [kind](const context& settings, const change_options& given) {
              return change_jobs(settings, given, kind);
            });
}

void add_explain(CLI::App& program, action& chosen) {
  const auto options = std::make_shared<one_job>();
  auto* command = program.add_subcommand("explain", "Explain why a job is not running");
  add_id(*command, options->id);
  on_parsed(*command, chosen, options, [](const context& settings, const one_job& job) {
    std::string params;
    json_writer{params}.begin_object().member("id", valid_utf8(job.id)).end_object();
    return call_and_print(settings, "job.explain", params, print_record);
  });
}

struct output_options {
  std::string id;
  std::string stream = "stdout";
  std::int64_t offset = 0;
  std::optional<std::int64_t> limit;
};

struct output_piece {
  std::string bytes;
  bool eof = true;
};

output_piece read_piece(json_value result) {
  output_piece piece;
  for (const auto& [name, value] : result.as_object()) {
    if (name == "data")
      piece.bytes = value.as_string();
    if (name == "eof")
      piece.eof = value.as_bool().value_or(true);
  }
  const auto encoding = result.as_object().find("encoding");
  if (encoding && encoding->as_string() == "base64")
    piece.bytes = from_base64(piece.bytes);
  return piece;
}

// Without a limit, prints all output that is there.
exit_status show_output(const context& settings, const output_options& given) {
  const auto server = open_requester(settings);
  if (!server)
    return server.error();
  std::int64_t offset = given.offset;
  while (true) {
    std::string params;
    json_writer writer{params};
    writer.begin_object().member("id", valid_utf8(given.id)).member("stream", given.stream);
    writer.member("offset", offset);
    write_optional(writer, "limit", given.limit);
    writer.end_object();
    const auto result = (*server)->call("job.output", params);
    if (!result)
      return report(result.error());
    if (settings.json)
      print_line(*result);
    const output_piece piece = read_piece(json_value{*result});
    if (!settings.json)
      print(piece.bytes);
    if (given.limit || piece.eof || piece.bytes.empty())
      return exit_status::done;
    offset += static_cast<std::int64_t>(piece.bytes.size());
  }
}

void add_output(CLI::App& program, action& chosen) {
  const auto options = std::make_shared<output_options>();
  auto* command = program.add_subcommand("output", "Print a job's output, as kept by its executor");
  add_id(*command, options->id);
  command->add_option("--stream", options->stream, "stdout or stderr (default stdout)")
      ->check(CLI::IsMember({"stdout", "stderr"}));
  command->add_option("--offset", options->offset, "First byte to print (default 0)");
  command->add_option("--limit", options->limit, "Maximum number of bytes (default: to the end)");
  on_parsed(*command, chosen, options, show_output);
}

} // namespace

void add_job_commands(CLI::App& program, action& chosen) {
  add_job(program, chosen);
  add_jobs(program, chosen);
  add_change(program, chosen,
             {"cancel",
              "Cancel waiting or running jobs",
              "job.cancel",
              {"delayed", "ready", "starting", "running"},
              "the job has ended"});
  add_change(program, chosen,
             {"retry",
              "Run failed or cancelled jobs again",
              "job.retry",
              {"failed", "cancelled"},
              "the job is neither failed nor cancelled"});
  add_explain(program, chosen);
  add_output(program, chosen);
}

} // namespace rota::client
