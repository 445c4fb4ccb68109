#include "cmd/rota/console/operator_commands.hpp"

#include "cmd/rota/table.hpp"
#include "cmd/rota/text.hpp"

namespace rota::client {

namespace {

/// A command without arguments.
void add_plain(CLI::App& program, action& chosen, const std::string& name,
               const std::string& description, std::string_view method) {
  auto* command = program.add_subcommand(name, description);
  command->callback([&chosen, method] {
    chosen = [method](const context& settings) {
      return call_and_print(settings, method, "{}", print_record);
    };
  });
}

/// A command with one word, which becomes the member of that name.
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

} // namespace

void add_operator_commands(CLI::App& program, action& chosen) {
  add_plain(program, chosen, "actors", "Count the daemon's actors and what waits for them",
            "console.actors");
  add_plain(program, chosen, "journal", "Show the state of the journal, snapshots and history",
            "console.journal");
  add_plain(program, chosen, "snapshot", "Write a snapshot now and cut the journal",
            "console.snapshot");
  add_with_word(program, chosen, "backup", "Copy the store while work goes on", "console.back_up",
                "folder")
      ->required()
      ->description("A new folder on the daemon's machine, from / on");
  add_with_word(program, chosen, "check-backup", "Open a backup as a start would, and count",
                "console.check_backup", "folder")
      ->required()
      ->description("The folder of a backup on the daemon's machine, from / on");
  add_with_word(program, chosen, "log-level", "Show or change how much the daemon logs",
                "console.log_level", "level")
      ->description("debug, info, warning, error or critical");
}

} // namespace rota::client
