#include "cmd/rota/commands.hpp"
#include "wire/version.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <exception>
#include <string>
#include <vector>

namespace {

using namespace rota::client;

void add_program_options(CLI::App& program, command_context& context) {
  program.require_subcommand(1);
  program.fallthrough(); // Also accept --json and --server after the command.
  program.set_version_flag("--version", "rota " + std::string{rota::version()});
  program.set_help_all_flag("--help-all", "Print help for all commands and exit");
  const auto read_server = [&context](const std::string& text) {
    const auto where = rota::wire::parse_endpoint(text);
    if (!where)
      throw CLI::ValidationError("--server", "must be HOST:PORT");
    context.server = *where;
  };
  program.add_option_function<std::string>("--server", read_server,
                                           "HOST:PORT of the server (default 127.0.0.1:7070)");
  program.add_flag("--json", context.json, "Print the server's answers as JSON");
}

// Removes and returns the arguments after --, which belong to the command unchanged.
std::vector<std::string> take_trailing(std::vector<std::string>& arguments) {
  const auto dashes = std::find(arguments.begin(), arguments.end(), "--");
  if (dashes == arguments.end())
    return {};
  std::vector<std::string> trailing(dashes + 1, arguments.end());
  arguments.erase(dashes, arguments.end());
  return trailing;
}

exit_status run(std::vector<std::string> arguments) {
  CLI::App program{"rota: push, run and manage the jobs of a rotad server", "rota"};
  command_context context;
  action chosen;
  context.trailing_arguments = take_trailing(arguments);
  add_program_options(program, context);
  add_push_command(program, chosen);
  add_lease_commands(program, chosen);
  add_work_command(program, chosen);
  add_job_commands(program, chosen);
  add_history_command(program, chosen);
  add_settings_commands(program, chosen);
  add_server_commands(program, chosen);
  add_top_command(program, chosen);
  add_events_command(program, chosen);
  add_console_command(program, chosen);
  if (const auto ended = parse(program, std::move(arguments)))
    return *ended;
  const bool takes_trailing = program.got_subcommand("work") || program.got_subcommand("push");
  if (!context.trailing_arguments.empty() && !takes_trailing)
    return report_usage("only work and push accept arguments after --");
  return chosen(context);
}

} // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    const auto status = run({argv + 1, argv + argc});
    rota::client::flush_output();
    return static_cast<int>(status);
  } catch (const rota::client::output_lost& lost) {
    if (lost.number != EPIPE) // the reader has gone, which is not an error
      fmt::print(stderr, "rota: {}\n", lost.what());
    return static_cast<int>(exit_status::refused);
  } catch (const std::exception& error) {
    fmt::print(stderr, "rota: {}\n", error.what());
    return static_cast<int>(exit_status::refused);
  }
}
