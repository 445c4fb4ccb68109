#include "cmd/rota/commands.hpp"
#include "cmd/rota/table.hpp"
#include "json/check.hpp"

namespace rota::client {

namespace {

/// Returns the params for the argument of `slow-messages`; nothing if it is not a valid limit.
std::optional<std::string> params_of_limit(const std::optional<std::string>& given) {
  if (!given)
    return "{}";
  if (*given == "off")
    return R"({"above_ms":null})";
  if (check_json(*given) || !json_value{*given}.is_number())
    return std::nullopt;
  return R"({"above_ms":)" + *given + '}';
}

void print_slow_messages(json_value result) {
  const json_value limit = member_of(result, "above_ms");
  if (limit.is_null())
    return print_line("tracing is off; `slow-messages 10` traces messages of 10 ms and more");
  print_table(array_in(result, "messages"),
              {{"AT", "/at"},
               {"TOOK MS", "/took_ms"},
               {"ACTOR", "/actor"},
               {"OF", "/of"},
               {"MESSAGE", "/message"},
               {"WAITING", "/waiting"}},
              "no message took " + std::string{limit.raw()} + " ms or more so far");
}

void add_slow_messages(CLI::App& program, action& chosen) {
  const auto limit = std::make_shared<std::optional<std::string>>();
  auto* command = program.add_subcommand(
      "slow-messages", "Show the messages that kept the server's actors busy longest");
  command->add_option("limit", *limit,
                      "Trace messages that take at least this many ms (0: all), or off");
  on_parsed(*command, chosen, limit,
            [](const command_context& context, const std::optional<std::string>& given) {
              const auto params = params_of_limit(given);
              if (!params)
                return report_usage("the limit must be a number of milliseconds or off");
              return call_and_print(context, "console.slow_messages", *params, print_slow_messages);
            });
}

} // namespace

void add_operator_commands(CLI::App& program, action& chosen) {
  const auto add = [&](const std::string& name, const std::string& description,
                       const std::string& method) {
    return add_request(program, chosen, name, description, method, print_record);
  };
  const auto add_for_folder = [&](const std::string& name, const std::string& description,
                                  const std::string& method, const std::string& folder) {
    auto [command, params] = add(name, description, method);
    add_text(command, params, "folder", folder)->required();
  };
  add("actors", "Show the server's actors and their mailboxes", "console.actors");
  add("journal", "Show the state of the journal, snapshots and history", "console.journal");
  add("snapshot", "Write a snapshot and truncate the journal", "console.snapshot");
  add_for_folder("backup", "Back up the store without interrupting work", "console.back_up",
                 "New folder on the server's machine (absolute path)");
  add_for_folder("check-backup", "Verify a backup and count its jobs", "console.check_backup",
                 "Folder of the backup on the server's machine (absolute path)");
  auto [command, params] =
      add("log-level", "Show or change the server's log level", "console.log_level");
  add_text(command, params, "level", "debug, info, warning, error or critical");
  add_slow_messages(program, chosen);
}

} // namespace rota::client
