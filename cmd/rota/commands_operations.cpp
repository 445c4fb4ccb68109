#include "cmd/rota/commands.hpp"
#include "cmd/rota/table.hpp"
#include "cmd/rota/text.hpp"
#include "json/check.hpp"
#include "wire/methods.hpp"

// queues, pause, resume, drain, info, call: operate the server.

namespace rota::client {

namespace {

struct queues_options {
  queue_filter filter;
  page part;
};

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
  mention_more(result);
}

void add_queues(CLI::App& program, action& chosen) {
  const auto options = std::make_shared<queues_options>();
  auto* command = program.add_subcommand("queues", "List queues and their jobs by state");
  add_filter(*command, options->filter);
  add_page(*command, options->part);
  on_parsed(*command, chosen, options, [](const context& settings, const queues_options& given) {
    std::string params;
    json_writer writer{params};
    writer.begin_object();
    write_filter(writer, given.filter);
    write_page(writer, given.part);
    writer.end_object();
    return call_and_print(settings, "queue.list", params, print_queues);
  });
}

void add_pause(CLI::App& program, action& chosen, const std::string& name,
               const std::string& description) {
  const auto options = std::make_shared<queue_filter>();
  auto* command = program.add_subcommand(name, description);
  add_filter(*command, *options);
  on_parsed(*command, chosen, options, [name](const context& settings, const queue_filter& given) {
    if (given.empty())
      return report_usage("specify --tenant, --type or both");
    std::string params;
    json_writer writer{params};
    writer.begin_object();
    write_filter(writer, given);
    writer.end_object();
    return call_and_print(settings, "queue." + name, params, print_record);
  });
}

void add_drain(CLI::App& program, action& chosen) {
  const auto word = std::make_shared<std::string>("on");
  auto* command = program.add_subcommand("drain", "Stop starting work and let running work finish");
  command->add_option("switch", *word, "on or off (default on)")
      ->check(CLI::IsMember({"on", "off"}));
  on_parsed(*command, chosen, word, [](const context& settings, const std::string& given) {
    std::string params;
    json_writer{params}.begin_object().key("on").boolean(given == "on").end_object();
    return call_and_print(settings, "server.drain", params, print_record);
  });
}

void print_document(json_value document) { print_line(document.raw()); }

struct call_options {
  std::string method;
  std::string params = "{}";
};

void add_call(CLI::App& program, action& chosen) {
  const auto options = std::make_shared<call_options>();
  auto* command = program.add_subcommand("call", "Call any method of the protocol");
  command->add_option("method", options->method, "Method, such as job.release")->required();
  command->add_option("params", options->params, "Parameters, as a JSON object (default {})");
  std::string list = "Methods:";
  for (const auto& method : wire::methods())
    list += "\n  " + std::string{method.name} + "\n      " + std::string{method.summary};
  command->footer(list);
  on_parsed(*command, chosen, options, [](const context& settings, const call_options& given) {
    if (check_json(given.params))
      return report_usage("invalid JSON in params");
    if (given.method.find_first_of("\"\\\n") != std::string::npos) {
      return report_usage("invalid method name");
    }
    const bool is_document = given.method == "rpc.discover"; // For programs rather than people.
    return call_and_print(settings, given.method, given.params,
                          is_document ? print_document : print_record);
  });
}

} // namespace

void add_operation_commands(CLI::App& program, action& chosen) {
  add_queues(program, chosen);
  add_pause(program, chosen, "pause", "Stop starting jobs of a tenant, type or queue");
  add_pause(program, chosen, "resume", "Undo a pause");
  add_drain(program, chosen);
  add_stats_command(program, chosen);
  add_plain(program, chosen, "info", "Show the server's version and limits", "server.info",
            print_record);
  add_call(program, chosen);
}

} // namespace rota::client
