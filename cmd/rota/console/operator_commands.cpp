#include "cmd/rota/console/operator_commands.hpp"

#include "cmd/rota/table.hpp"
#include "cmd/rota/text.hpp"
#include "json/check.hpp"

namespace rota::client {

namespace {

/// Adds a command with one argument, passed as the member of that name.
CLI::Option* add_with_word(CLI::App& program, action& chosen, const std::string& name,
                           const std::string& description, std::string_view method,
                           const std::string& member) {
  const auto word = std::make_shared<std::optional<std::string>>();
  auto* command = program.add_subcommand(name, description);
  auto* option = command->add_option(member, *word);
  on_parsed(*command, chosen, word,
            [method, member](const context& settings, const std::optional<std::string>& given) {
              std::string params;
              json_writer writer{params};
              writer.begin_object();
              write_optional(writer, member, given);
              writer.end_object();
              return call_and_print(settings, method, params, print_record);
            });
  return option;
}

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
  const auto limit = result.as_object().find("above_ms");
  if (!limit || limit->is_null())
    return print_line("tracing is off; `slow-messages 10` traces messages of 10 ms and more");
  print_table(array_in(result, "messages"),
              {{"AT", "/at"},
               {"TOOK MS", "/took_ms"},
               {"ACTOR", "/actor"},
               {"OF", "/of"},
               {"MESSAGE", "/message"},
               {"WAITING", "/waiting"}},
              "no message took " + std::string{limit->raw()} + " ms or more so far");
}

void add_slow_messages(CLI::App& program, action& chosen) {
  const auto limit = std::make_shared<std::optional<std::string>>();
  auto* command = program.add_subcommand(
      "slow-messages", "Show the messages that kept the server's actors busy longest");
  command->add_option("limit", *limit,
                      "Trace messages that take at least this many ms (0: all), or off");
  on_parsed(*command, chosen, limit,
            [](const context& settings, const std::optional<std::string>& given) {
              const auto params = params_of_limit(given);
              if (!params)
                return report_usage("the limit must be a number of milliseconds or off");
              return call_and_print(settings, "console.slow_messages", *params,
                                    print_slow_messages);
            });
}

} // namespace

void add_operator_commands(CLI::App& program, action& chosen) {
  add_plain(program, chosen, "actors", "Show the server's actors and their mailboxes",
            "console.actors", print_record);
  add_plain(program, chosen, "journal", "Show the state of the journal, snapshots and history",
            "console.journal", print_record);
  add_plain(program, chosen, "snapshot", "Write a snapshot and truncate the journal",
            "console.snapshot", print_record);
  add_with_word(program, chosen, "backup", "Back up the store without interrupting work",
                "console.back_up", "folder")
      ->required()
      ->description("New folder on the server's machine (absolute path)");
  add_with_word(program, chosen, "check-backup", "Verify a backup and count its jobs",
                "console.check_backup", "folder")
      ->required()
      ->description("Folder of the backup on the server's machine (absolute path)");
  add_with_word(program, chosen, "log-level", "Show or change the server's log level",
                "console.log_level", "level")
      ->description("debug, info, warning, error or critical");
  add_slow_messages(program, chosen);
}

} // namespace rota::client
