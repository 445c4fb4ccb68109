#include "cmd/rota/commands.hpp"
#include "cmd/rota/history_export.hpp"

// history: what the server remembers, to take away.

namespace rota::client {

namespace {

struct export_options {
  bool contents = false;
};

exit_status run_export(const context& settings, const export_options& given) {
  const auto server = open_requester(settings);
  if (!server)
    return server.error();
  return export_history(**server, given.contents);
}

} // namespace

void add_history_command(CLI::App& program, action& chosen) {
  auto* history = program.add_subcommand("history", "Take away what the server remembers");
  history->require_subcommand(1);
  const auto options = std::make_shared<export_options>();
  auto* command = history->add_subcommand(
      "export", "Print settings and all jobs that are known, a JSON object a line; the last is "
                "{\"end\": ..}");
  command->add_flag("--contents", options->contents,
                    "With payloads, results and checkpoints, which are left out otherwise");
  on_parsed(*command, chosen, options, run_export);
}

} // namespace rota::client
