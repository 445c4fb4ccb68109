#include "cmd/rota/commands.hpp"
#include "cmd/rota/history_export.hpp"

// history: exports what the server remembers.

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
  auto* history = program.add_subcommand("history", "Export the server's history");
  history->require_subcommand(1);
  const auto options = std::make_shared<export_options>();
  auto* command = history->add_subcommand(
      "export", "Print settings and all known jobs as NDJSON; the last line is {\"end\": ..}");
  command->add_flag("--contents", options->contents, "Include payloads, results and checkpoints");
  on_parsed(*command, chosen, options, run_export);
}

} // namespace rota::client
