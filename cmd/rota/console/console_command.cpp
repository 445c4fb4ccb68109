#include "cmd/rota/console/console_command.hpp"

#include "cmd/rota/console/completion.hpp"
#include "cmd/rota/console/daemon_names.hpp"
#include "cmd/rota/console/line_editor.hpp"
#include "cmd/rota/console/link.hpp"
#include "cmd/rota/console/shell.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

namespace rota::client {

namespace {

struct console_command_options {
  std::string connect = "127.0.0.1:7071";
  std::vector<std::string> commands;
  console::tls_files tls;
};

/// The number of TLS files that were given.
int count(const console::tls_files& files) {
  return !files.certificate.empty() + !files.key.empty() + !files.ca.empty();
}

exit_status run_commands(shell& commands, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) {
    if (const auto status = commands.run(line); status != exit_status::done || commands.ended())
      return status;
  }
  return exit_status::done;
}

/// Stops at the first command that fails.
exit_status run_script(shell& commands, std::istream& script) {
  for (std::string line; std::getline(script, line);) {
    if (const auto status = commands.run(line); status != exit_status::done || commands.ended())
      return status;
  }
  return exit_status::done;
}

/// Runs until `exit` or Ctrl-D. A failed command has reported its error itself.
exit_status talk(shell& commands, const std::shared_ptr<requester>& daemon) {
  CLI::App program;
  action ignored;
  add_console_commands(program, ignored);
  daemon_names names{daemon};
  line_editor editor{history_file().value_or(std::filesystem::path{}),
                     [&](std::string_view line) { return complete(line, program, names); }};
  while (!commands.ended()) {
    const auto line = editor.next();
    if (!line)
      break;
    if (line->find_first_not_of(" \t") == std::string::npos)
      continue;
    editor.remember(*line);
    static_cast<void>(commands.run(*line));
  }
  return exit_status::done;
}

exit_status run_console(const context& settings, const console_command_options& given) {
  const auto daemon = wire::parse_endpoint(given.connect);
  if (!daemon)
    return report_usage("--connect must be HOST:PORT");
  const int files = count(given.tls);
  if (files != 0 && files != 3)
    return report_usage("--tls-cert, --tls-key and --tls-ca must be given together");
  auto link = console_link::join({*daemon, files == 3 ? std::optional{given.tls} : std::nullopt});
  if (!link) {
    fmt::print(stderr,
               "rota: {}\n      check that rotad was started with --console; --connect selects "
               "another address\n",
               link.error());
    return exit_status::no_connection;
  }
  context joined = settings;
  joined.server = *daemon;
  joined.joined = std::move(*link);
  const bool interactive = given.commands.empty() && ::isatty(STDIN_FILENO) == 1;
  joined.bulk = interactive ? bulk_changes::asked : bulk_changes::with_yes;
  shell commands{joined};
  if (interactive)
    return talk(commands, joined.joined);
  return given.commands.empty() ? run_script(commands, std::cin)
                                : run_commands(commands, given.commands);
}

} // namespace

void add_console_command(CLI::App& program, action& chosen) {
  const auto options = std::make_shared<console_command_options>();
  auto* command = program.add_subcommand(
      "console", "Administer a server started with --console; reads commands from the terminal, -c "
                 "or stdin");
  command->add_option("--connect", options->connect, "HOST:PORT of the server's console")
      ->capture_default_str();
  command
      ->add_option("-c,--command", options->commands, "Run this command and exit (can be repeated)")
      ->allow_extra_args(false);
  command->add_option("--tls-cert", options->tls.certificate,
                      "PEM file with the client certificate");
  command->add_option("--tls-key", options->tls.key, "PEM file with its private key");
  command->add_option("--tls-ca", options->tls.ca,
                      "PEM file with the CA of the server's certificate");
  on_parsed(*command, chosen, options, run_console);
}

} // namespace rota::client
