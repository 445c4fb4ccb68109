#include "cmd/rota/commands.hpp"
#include "cmd/rota/table.hpp"
#include "json/check.hpp"
#include "wire/methods.hpp"

#include <fmt/format.h>

// queues, pause, resume, drain, info, call: operate the server.

namespace rota::client {

namespace {

void print_queues(json_value result) {
  print_table(array_in(result, "queues"),
              {{"TYPE", "/type"},
               {"TENANT", "/tenant"},
               {"READY", "/ready"},
               {"DELAYED", "/delayed"},
               {"RUNNING", "/running"},
               {"OLDEST MS", "/oldest_ready_ms"},
               {"PAUSED", "/paused"}},
              "no queues");
  report_next_page(result);
}

void add_queues(CLI::App& program, action& chosen) {
  auto [command, params] = add_request(
      program, chosen, "queues", "List queues and their jobs by state", "queue.list", print_queues);
  add_filter(command, params);
  add_page(command, params);
}

void add_pause(CLI::App& program, action& chosen, const std::string& name,
               const std::string& description) {
  const auto filter = std::make_shared<json_members>();
  auto* command = program.add_subcommand(name, description);
  add_filter(*command, *filter);
  on_parsed(*command, chosen, filter,
            [name](const command_context& context, const json_members& given) {
              if (given.empty())
                return report_usage("specify --tenant, --type or both");
              return call_and_print(context, "queue." + name, given.object(), print_record);
            });
}

void add_drain(CLI::App& program, action& chosen) {
  auto [command, params] =
      add_request(program, chosen, "drain", "Stop starting work and let running work finish",
                  "server.drain", print_record);
  params.put_json("on", "true");
  command
      .add_option_function<std::string>(
          "switch",
          [&params = params](const std::string& text) {
            params.put_json("on", text == "on" ? "true" : "false");
          },
          "on or off (default on)")
      ->check(CLI::IsMember({"on", "off"}));
}

struct call_options {
  std::string method;
  std::string params = "{}";
};

exit_status call_method(const command_context& context, const call_options& given) {
  if (check_json(given.params))
    return report_usage("invalid JSON in params");
  if (given.method.find_first_of("\"\\\n") != std::string::npos)
    return report_usage("invalid method name");
  if (given.method == "rpc.discover") { // For programs rather than people.
    return call_and_print(context, given.method, given.params,
                          [](json_value document) { print_line(document.raw()); });
  }
  return call_and_print(context, given.method, given.params, print_record);
}

void add_call(CLI::App& program, action& chosen) {
  const auto options = std::make_shared<call_options>();
  auto* command = program.add_subcommand("call", "Call any method of the protocol");
  command->add_option("method", options->method, "Method, such as job.release")->required();
  command->add_option("params", options->params, "Parameters, as a JSON object (default {})");
  std::string list = "Methods:";
  for (const auto& method : wire::methods())
    list += fmt::format("\n  {}\n      {}", method.name, method.summary);
  command->footer(list);
  on_parsed(*command, chosen, options, call_method);
}

} // namespace

void add_server_commands(CLI::App& program, action& chosen) {
  add_queues(program, chosen);
  add_pause(program, chosen, "pause", "Stop starting jobs of a tenant, type or queue");
  add_pause(program, chosen, "resume", "Undo a pause");
  add_drain(program, chosen);
  add_stats_command(program, chosen);
  add_request(program, chosen, "info", "Show the server's version and limits", "server.info",
              print_record);
  add_call(program, chosen);
}

} // namespace rota::client
