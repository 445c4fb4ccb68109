#include "cmd/rota/commands.hpp"
#include "cmd/rota/console/completion.hpp"
#include "cmd/rota/console/console_connection.hpp"
#include "cmd/rota/console/line_editor.hpp"
#include "cmd/rota/console/shell.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

// console: operates a server over CAF's network layer.

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

// -- interactive use ------------------------------------------------------------------------------

/// A list method, the array in its result, and the member with the name.
struct list_of_names {
  std::string_view method;
  std::string_view array;
  std::string_view member;
};

std::vector<list_of_names> lists_of(name_kind kind) {
  switch (kind) {
  case name_kind::tenant:
    return {{"tenant.list", "tenants", "name"}, {"queue.list", "queues", "tenant"}};
  case name_kind::type: return {{"type.list", "types", "name"}, {"queue.list", "queues", "type"}};
  case name_kind::key: return {{"key.list", "keys", "key"}};
  case name_kind::pool: return {{"pool.list", "pools", "name"}};
  case name_kind::executor: return {{"executor.list", "executors", "name"}};
  case name_kind::job: break;
  }
  return {{"job.list", "jobs", "id"}};
}

/// Requests up to a thousand names of each list every time. A list that cannot be read is left out.
class server_names final : public name_source {
public:
  explicit server_names(std::shared_ptr<requester> server) : server_(std::move(server)) {}

  std::vector<std::string> names(name_kind kind) override {
    std::vector<std::string> found;
    for (const list_of_names& list : lists_of(kind)) {
      const auto result = server_->call(list.method, R"({"limit":1000})");
      if (!result)
        continue;
      for (const json_value each : array_in(json_value{*result}, list.array)) {
        if (const auto name = each.as_object().find(list.member))
          found.push_back(name->as_string());
      }
    }
    return found;
  }

private:
  std::shared_ptr<requester> server_;
};

/// Runs until `exit` or Ctrl-D. A failed command has reported its error itself.
exit_status run_interactively(shell& commands, const std::shared_ptr<requester>& server) {
  CLI::App program;
  action ignored;
  add_console_commands(program, ignored);
  server_names names{server};
  line_editor editor{history_file().value_or(std::filesystem::path{}),
                     [&](std::string_view line) { return complete(line, program, names); }};
  while (!commands.ended()) {
    const auto line = editor.next();
    if (!line)
      break;
    if (line->find_first_not_of(" \t") == std::string::npos)
      continue;
    editor.add_to_history(*line);
    static_cast<void>(commands.run(*line));
  }
  return exit_status::done;
}

exit_status run_console(const command_context& context, const console_command_options& given) {
  const auto address = wire::parse_endpoint(given.connect);
  if (!address)
    return report_usage("--connect must be HOST:PORT");
  const int files = count(given.tls);
  if (files != 0 && files != 3)
    return report_usage("--tls-cert, --tls-key and --tls-ca must be given together");
  auto connection =
      console_connection::open({*address, files == 3 ? std::optional{given.tls} : std::nullopt});
  if (!connection) {
    fmt::print(stderr,
               "rota: {}\n      check that rotad was started with --console; --connect selects "
               "another address\n",
               connection.error());
    return exit_status::no_connection;
  }
  command_context shared = context;
  shared.server = *address;
  shared.shared_requester = std::move(*connection);
  const bool interactive = given.commands.empty() && ::isatty(STDIN_FILENO) == 1;
  shared.bulk = interactive ? bulk_confirmation::ask : bulk_confirmation::option_yes;
  shell commands{shared};
  if (interactive)
    return run_interactively(commands, shared.shared_requester);
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
