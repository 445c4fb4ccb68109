#include "cmd/rota/console/shell.hpp"

#include "cmd/rota/console/quoting.hpp"
#include "cmd/rota/stop_signals.hpp"
#include "cmd/rota/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <random>

namespace rota::client {

namespace {

void add_options_and_commands(CLI::App& program, command_context& context, action& chosen) {
  program.fallthrough(); // also accept --json after the command
  program.add_flag("--json", context.json, "Print the server's answers as JSON");
  add_console_commands(program, chosen);
}

bool has_command(const CLI::App& program, const std::string& name) {
  return std::ranges::any_of(commands_of(program),
                             [&](const CLI::App* each) { return each->get_name() == name; });
}

exit_status report_unknown_command(const std::string& name) {
  fmt::print(stderr, "unknown command {}; `help` lists all commands\n", name);
  return exit_status::usage;
}

exit_status list_commands() {
  CLI::App program;
  action ignored;
  add_console_commands(program, ignored);
  table commands{{"COMMAND", "DESCRIPTION"}};
  for (const CLI::App* command : commands_of(program))
    commands.add({command->get_name(), command->get_description()});
  commands.add({"watch COMMAND", "Repeat a command every second"});
  commands.add({"help COMMAND", "Show the options of a command"});
  commands.add({"exit", "Leave the console"});
  print(commands.text(stdout_size().columns));
  return exit_status::done;
}

} // namespace

void add_console_commands(CLI::App& program, action& chosen) {
  add_server_commands(program, chosen);
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
    return watch({words.begin() + 1, words.end()});
  const auto command = parse_command(std::move(words));
  return command ? (*command)() : command.error();
}

parsed_command shell::parse_command(std::vector<std::string> words) const {
  CLI::App program{"", ""};
  command_context context = context_;
  action chosen;
  add_options_and_commands(program, context, chosen);
  if (!words.front().starts_with('-') && !has_command(program, words.front()))
    return report_unknown_command(words.front());
  program.require_subcommand(1);
  if (const auto ended = parse(program, std::move(words)))
    return *ended;
  return [chosen = std::move(chosen), context = std::move(context)] { return chosen(context); };
}

exit_status shell::help(const std::vector<std::string>& words) {
  if (words.size() == 1)
    return list_commands();
  std::vector<std::string> command(words.begin() + 1, words.end());
  command.emplace_back("--help");
  return run(std::move(command));
}

// -- watch ----------------------------------------------------------------------------------------

namespace {

struct watch_options {
  double seconds = 1;
  std::optional<std::int64_t> count;
};

/// Options of `watch` end where the command begins; the command has its own.
void add_watch_options(CLI::App& program, watch_options& options) {
  program.add_option("-n,--interval", options.seconds, "Seconds between runs (default 1)")
      ->check([](const std::string& text) {
        double seconds = 0;
        const bool good =
            CLI::detail::lexical_cast(text, seconds) && seconds >= 0.1 && seconds <= 86'400;
        return good ? std::string{} : "must be from 0.1 to 86400";
      });
  program.add_option("--count", options.count, "Exit after this many runs")
      ->check(positive_count);
  program.prefix_command();
}

double random_part(double whole) {
  std::random_device random;
  return std::uniform_real_distribution<double>{0, whole}(random);
}

/// Waits; returns false if a signal requested the end.
bool wait(const stop_signals& signals, double seconds) {
  const std::chrono::milliseconds time{static_cast<std::int64_t>(seconds * 1000)};
  return !signals.arrives_within(time) || stop_signals::read_count(signals.descriptor()) == 0;
}

} // namespace

exit_status shell::watch(std::vector<std::string> words) const {
  CLI::App program{"Repeat a command every second until Ctrl-C", "watch"};
  watch_options options;
  add_watch_options(program, options);
  if (const auto ended = parse(program, std::move(words)))
    return *ended;
  const auto repeated = program.remaining();
  if (repeated.empty())
    return report_usage("watch requires a command");
  if (repeated.front() == "watch")
    return report_usage("watch cannot run itself");
  const auto command = parse_command(repeated);
  if (!command)
    return command.error();
  const stop_signals signals;
  for (std::int64_t times = 1;; ++times) {
    if (stdout_size().lines > 0)
      print(clear_screen);
    const auto status = (*command)();
    print_line("");
    const auto seconds = times == 1 ? random_part(options.seconds) : options.seconds;
    if (status != exit_status::done || times == options.count || !wait(signals, seconds))
      return status;
  }
}

} // namespace rota::client
