#include "cmd/rota/all_pages.hpp"
#include "cmd/rota/commands.hpp"

#include <fmt/format.h>

#include <array>

// history: exports a server's settings and jobs as lines of JSON, for archiving and for rota-sim
// what-if.

namespace rota::client {

namespace {

struct settings_list {
  paged_list list;
  std::string_view one; ///< The name of the line's member.
};

constexpr std::array settings_lists{
    settings_list{{"type.list", "types"}, "type"},
    settings_list{{"tenant.list", "tenants"}, "tenant"},
    settings_list{{"key.list", "keys"}, "key"},
    settings_list{{"pool.list", "pools"}, "pool"},
    settings_list{{"executor.list", "executors"}, "executor"},
};

constexpr std::int64_t page_size = 10'000;

void print_member(std::string_view name, std::string_view json) {
  print_line(fmt::format(R"({{"{}":{}}})", name, json));
}

std::string without_contents(json_value job) {
  json_members kept;
  for (const auto& [name, value] : job.as_object()) {
    if (name != "payload" && name != "result" && name != "checkpoint")
      kept.put_json(name, std::string{value.raw()});
  }
  return kept.object();
}

exit_status export_info(requester& server) {
  const auto info = server.call("server.info", "{}");
  if (!info)
    return report(info.error());
  print_member("info", *info);
  return exit_status::done;
}

exit_status export_settings(requester& server) {
  for (const auto& [list, one] : settings_lists) {
    const auto status =
        for_each_listed(server, list, page_size, {}, [name = one](json_value element) {
          print_member(name, element.raw());
          return true;
        });
    if (status != exit_status::done)
      return status;
  }
  return exit_status::done;
}

exit_status export_jobs(requester& server, bool contents) {
  std::int64_t count = 0;
  const auto print_job = [&](json_value job) {
    print_member("job", contents ? std::string{job.raw()} : without_contents(job));
    ++count;
    return true;
  };
  const auto status = for_each_listed(server, {"job.list", "jobs"}, page_size, {}, print_job);
  if (status != exit_status::done)
    return status;
  json_members end;
  end.put("jobs", count);
  print_member("end", end.object());
  return exit_status::done;
}

// Prints `{"info": ..}` with the result of server.info, then `{"type": ..}`, `{"tenant": ..}`,
// `{"key": ..}`, `{"pool": ..}`, `{"executor": ..}` and `{"job": ..}` lines with the elements of the
// wire's lists, and finally `{"end": {"jobs": N}}`. Without that last line the export is incomplete.
// Payload, result and checkpoint are omitted unless `contents` is set. The server continues
// meanwhile, so each job is shown as it was when its page was read. Needs memory for one page only.
exit_status export_history(const command_context& context, bool contents) {
  const auto server = open_requester(context);
  if (!server)
    return server.error();
  if (const auto status = export_info(**server); status != exit_status::done)
    return status;
  if (const auto status = export_settings(**server); status != exit_status::done)
    return status;
  return export_jobs(**server, contents);
}

} // namespace

void add_history_command(CLI::App& program, action& chosen) {
  auto* history = program.add_subcommand("history", "Export the server's history");
  history->require_subcommand(1);
  const auto contents = std::make_shared<bool>(false);
  auto* command = history->add_subcommand(
      "export", "Print settings and all known jobs as NDJSON; the last line is {\"end\": ..}");
  command->add_flag("--contents", *contents, "Include payloads, results and checkpoints");
  on_parsed(*command, chosen, contents, export_history);
}

} // namespace rota::client
