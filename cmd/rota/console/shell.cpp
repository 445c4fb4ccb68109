#include "cmd/rota/console/shell.hpp"

#include "cmd/rota/console/operator_commands.hpp"
#include "cmd/rota/console/words.hpp"
#include "cmd/rota/table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rota::client {

namespace {

void prepare(CLI::App& program, context& settings, action& chosen) {
  program.fallthrough(); // also accept --json after the command
  program.add_flag("--json", settings.json, "Print the server's answers as JSON");
  add_console_commands(program, chosen);
  take_marks_off(program);
}

std::vector<CLI::App*> commands_of(CLI::App& program) {
  return program.get_subcommands([](CLI::App*) { return true; });
}

bool has_command(CLI::App& program, const std::string& name) {
  const auto commands = commands_of(program);
  return std::any_of(commands.begin(), commands.end(),
                     [&](const CLI::App* command) { return command->get_name() == name; });
}

exit_status no_such_command(const std::string& name) {
  fmt::print(stderr, "unknown command {}; `help` lists all commands\n", name);
  return exit_status::usage;
}

exit_status list_commands() {
  CLI::App program;
  context settings;
  action chosen;
  prepare(program, settings, chosen);
  table made{{"COMMAND", "DESCRIPTION"}};
  for (const CLI::App* command : commands_of(program))
    made.add({command->get_name(), command->get_description()});
  made.add({"watch COMMAND", "Repeat a command every second"});
  made.add({"help COMMAND", "Show the options of a command"});
  made.add({"exit", "Leave the console"});
  print(made.text(stdout_size().columns));
  return exit_status::done;
}

} // namespace

void add_console_commands(CLI::App& program, action& chosen) {
  add_operation_commands(program, chosen);
  add_job_commands(program, chosen);
  add_history_command(program, chosen);
  add_settings_commands(program, chosen);
  add_top_command(program, chosen);
  add_operator_commands(program, chosen);
}

exit_status shell::run(std::string_view line) {
  auto words = split_words(line);
  if (!words) {
    fmt::print(stderr, "the line {}\n", words.error());
    return exit_status::usage;
  }
  return run(std::move(*words));
}

exit_status shell::run(std::vector<std::string> words) {
  if (words.empty())
    return exit_status::done;
  if (words.front() == "exit" || words.front() == "quit") {
    ended_ = true;
    return exit_status::done;
  }
  if (words.front() == "help")
    return help(words);
  if (words.front() == "watch")
    return watch({words.begin() + 1, words.end()}, [this](std::vector<std::string> command) {
      return understand(std::move(command));
    });
  const auto command = understand(std::move(words));
  return command ? (*command)() : command.error();
}

understood_command shell::understand(std::vector<std::string> words) const {
  CLI::App program{"", ""};
  context settings = settings_;
  action chosen;
  prepare(program, settings, chosen);
  if (!words.front().starts_with('-') && !has_command(program, words.front()))
    return no_such_command(words.front());
  program.require_subcommand(1);
  if (const auto ended = parse(program, std::move(words)))
    return *ended;
  return [chosen = std::move(chosen), settings = std::move(settings)] { return chosen(settings); };
}

exit_status shell::help(const std::vector<std::string>& words) {
  if (words.size() == 1)
    return list_commands();
  std::vector<std::string> asked(words.begin() + 1, words.end());
  asked.emplace_back("--help");
  return run(std::move(asked));
}

} // namespace rota::client
