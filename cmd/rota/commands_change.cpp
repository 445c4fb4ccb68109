#include "cmd/rota/all_pages.hpp"
#include "cmd/rota/commands.hpp"
#include "cmd/rota/table.hpp"
#include "cmd/rota/text.hpp"

#include <fmt/format.h>

#include <iostream>

// cancel, retry: change jobs, by id or by tenant and type.

namespace rota::client {

namespace {

struct change_options {
  std::vector<std::string> ids;
  json_members filter;
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

// -- preview of a change of many jobs -------------------------------------------------------------

constexpr std::int64_t page_size = 1000;

struct preview {
  std::vector<std::string> jobs; ///< JSON texts of at most as many jobs as the change would affect.
  bool more = false;             ///< There are further matching jobs.
};

boost::system::result<preview, exit_status>
find_jobs(const command_context& context, const change_options& given, const change_kind& kind) {
  const auto server = open_requester(context);
  if (!server)
    return server.error();
  const std::int64_t limit = given.limit.value_or(1000);
  preview found;
  const auto add = [&](json_value job) {
    found.more = static_cast<std::int64_t>(found.jobs.size()) == limit;
    if (!found.more)
      found.jobs.emplace_back(job.raw());
    return !found.more;
  };
  for (const std::string_view state : kind.states) {
    json_members params = given.filter;
    params.put("state", std::string{state});
    const auto status = for_each_listed(**server, {"job.list", "jobs"}, page_size, params, add);
    if (status != exit_status::done)
      return status;
  }
  return found;
}

// Prints the matching jobs and their number; reports a failure on stderr. Jobs may change between
// the preview and the change itself.
exit_status print_preview(const command_context& context, const change_options& given,
                          const change_kind& kind) {
  const auto found = find_jobs(context, given, kind);
  if (!found)
    return found.error();
  const std::string array = fmt::format("[{}]", fmt::join(found->jobs, ","));
  if (context.json) {
    print_line(fmt::format(R"({{"would_{}":{},"more":{}}})", kind.name, array, found->more));
    return exit_status::done;
  }
  print_table(json_value{array}.as_array(),
              {{"ID", "/id"}, {"STATE", "/state"}, {"TYPE", "/type"}, {"TENANT", "/tenant"}},
              "no jobs");
  print_line(fmt::format("would {} {} jobs{}", kind.name, found->jobs.size(),
                         found->more ? "; more jobs match: run it again for the rest" : ""));
  return exit_status::done;
}

// Asks the user at the terminal. Anything but yes means no.
bool confirmed(std::string_view question) {
  fmt::print(stderr, "{} [y/N] ", question);
  std::string word;
  std::getline(std::cin, word);
  return word == "y" || word == "yes";
}

// Previews a change of many jobs if necessary. Returns nothing if the change may proceed, else the
// exit status.
std::optional<exit_status> preview_if_necessary(const command_context& context,
                                                const change_options& given,
                                                const change_kind& kind) {
  if (!given.dry_run && (given.yes || context.bulk == bulk_confirmation::none))
    return std::nullopt;
  if (!given.dry_run && context.bulk == bulk_confirmation::option_yes)
    return report_usage("a change of many jobs needs --yes; --dry-run shows the jobs");
  const auto status = print_preview(context, given, kind);
  if (given.dry_run || status != exit_status::done)
    return status;
  if (confirmed(kind.name + " these jobs?"))
    return std::nullopt;
  return exit_status::done;
}

// -- the change -----------------------------------------------------------------------------------

void print_changes(json_value result, const change_kind& kind) {
  table changes{{"ID", "OUTCOME"}};
  for (const std::string_view outcome :
       {"cancelled", "cancelling", "retried", "wrong_state", "not_found"}) {
    std::string text{outcome};
    if (outcome == "wrong_state")
      text.append(": ").append(kind.otherwise);
    for (const json_value id : array_in(result, outcome))
      changes.add({display(id), text});
  }
  print_table(changes, "no jobs");
  if (member_of(result, "more").as_bool().value_or(false))
    print_line("more jobs match: run it again for the rest");
}

// A job requested by id that did not change counts as refused.
exit_status change_jobs(const command_context& context, const change_options& given,
                        const change_kind& kind) {
  const bool by_id = !given.ids.empty();
  if (!by_id && given.filter.empty())
    return report_usage("no jobs given: specify ids, --tenant or --type");
  if (by_id && !given.filter.empty())
    return report_usage("ids cannot be combined with --tenant or --type");
  if (by_id && given.dry_run)
    return report_usage("--dry-run requires --tenant or --type");
  json_members params = given.filter;
  if (by_id) {
    params.put("ids", given.ids);
  } else if (const auto status = preview_if_necessary(context, given, kind)) {
    return *status;
  }
  params.put("limit", given.limit);
  const auto result = call(context, kind.method, params.object());
  if (!result)
    return result.error();
  print_result_of(context, *result, [&](json_value changed) { print_changes(changed, kind); });
  const json_value answer{*result};
  const bool all = array_in(answer, "wrong_state").empty() && array_in(answer, "not_found").empty();
  return all || !by_id ? exit_status::done : exit_status::refused;
}

void add_change(CLI::App& program, action& chosen, const change_kind& kind) {
  const auto options = std::make_shared<change_options>();
  auto* command = program.add_subcommand(kind.name, kind.description);
  add_arguments(*command, "ids", options->ids, "Job ids");
  add_filter(*command, options->filter);
  command->add_option("--limit", options->limit, "Maximum number of jobs (default 1000)")
      ->check(check_number<std::int64_t>);
  command->add_flag("--dry-run", options->dry_run, "Show the jobs without changing them");
  command->add_flag("--yes", options->yes, "Skip the confirmation (only the console asks for one)");
  on_parsed(*command, chosen, options,
            [kind](const command_context& context, const change_options& given) {
              return change_jobs(context, given, kind);
            });
}

} // namespace

void add_change_commands(CLI::App& program, action& chosen) {
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
}

} // namespace rota::client
