#include "cmd/rota/commands.hpp"
#include "cmd/rota/table.hpp"
#include "cmd/rota/text.hpp"
#include "json/check.hpp"

// types, tenants, keys, pools, executors: each lists, puts, shows and deletes settings of its kind.

namespace rota::client {

namespace {

struct setting_kind {
  std::string command;
  std::string description;
  std::string method;    // The part before the dot.
  std::string id_member; // The member that names the setting.
  bool has_get;
  std::string delete_word; // Empty: cannot be deleted.
  std::vector<column> columns;
};

std::vector<setting_kind> kinds() {
  return {
      {"types",
       "List or change the settings of job types",
       "type",
       "name",
       true,
       "delete",
       {{"NAME", "/name"},
        {"EXECUTOR", "/executor/name"},
        {"PAUSED", "/paused"},
        {"TRIES", "/retry/max_attempts"},
        {"LEASE MS", "/lease_ms"},
        {"TIMEOUT MS", "/timeout_ms"},
        {"MAX RUNNING", "/max_running"},
        {"PER TENANT", "/max_running_per_tenant"},
        {"RATE/S", "/rate/per_second"},
        {"BATCH", "/batch/max_size"}}},
      {"tenants",
       "List or change the settings of tenants",
       "tenant",
       "name",
       true,
       "delete",
       {{"NAME", "/name"},
        {"WEIGHT", "/weight"},
        {"PAUSED", "/paused"},
        {"MAX RUNNING", "/max_running"},
        {"MAX QUEUED", "/max_queued"}}},
      {"keys",
       "List or change the limits of concurrency keys",
       "key",
       "key",
       false,
       "delete",
       {{"KEY", "/key"},
        {"MAX RUNNING", "/max_running"},
        {"RATE/S", "/rate/per_second"},
        {"BURST", "/rate/burst"}}},
      {"pools",
       "List or change the settings of pools",
       "pool",
       "name",
       false,
       "",
       {{"NAME", "/name"},
        {"SLOTS", "/slots"},
        {"COST", "/cost"},
        {"RESERVE AFTER MS", "/reserve_after_ms"}}},
      {"executors",
       "List or change the executors that run jobs for the server",
       "executor",
       "name",
       false,
       "remove",
       {{"NAME", "/name"},
        {"KIND", "/kind"},
        {"CAPACITY", "/capacity"},
        {"RUNNING", "/running"},
        {"HEALTH", "/health"}}},
  };
}

// Returns the only array in the result of a list, whatever its name.
json_array only_array(json_value result) {
  for (const auto& [name, value] : result.as_object()) {
    if (value.is_array())
      return value.as_array();
  }
  return json_value{}.as_array();
}

void print_settings(const setting_kind& kind, json_value result) {
  const table made = table_of(only_array(result), kind.columns);
  if (made.empty()) {
    print_line("no settings");
  } else {
    print(made.text(stdout_size().columns));
  }
  mention_more(result);
}

void add_list(CLI::App& command, action& chosen, const setting_kind& kind) {
  const auto part = std::make_shared<page>();
  add_page(command, *part);
  command.require_subcommand(0, 1);
  command.callback([&command, &chosen, part, kind] {
    if (!command.get_subcommands().empty())
      return;
    chosen = [part, kind](const context& settings) {
      std::string params;
      json_writer writer{params};
      writer.begin_object();
      write_page(writer, *part);
      writer.end_object();
      return call_and_print(settings, kind.method + ".list", params,
                            [&](json_value result) { print_settings(kind, result); });
    };
  });
}

struct put_options {
  std::string name;
  std::string members = "{}";
};

exit_status put_setting(const context& settings, const put_options& given,
                        const setting_kind& kind) {
  if (const auto error = check_json(given.members)) {
    return report_usage("the JSON of the settings " + error->reason + " at byte " +
                        std::to_string(error->offset));
  }
  const json_value members{given.members};
  if (!members.is_object())
    return report_usage("the settings must be a JSON object");
  std::string params;
  json_writer writer{params};
  writer.begin_object().member(kind.id_member, valid_utf8(given.name));
  for (const auto& [name, value] : members.as_object())
    writer.raw_member(name, value.raw());
  writer.end_object();
  return call_and_print(settings, kind.method + ".put", params, print_record);
}

void add_put(CLI::App& command, action& chosen, const setting_kind& kind) {
  const auto options = std::make_shared<put_options>();
  auto* put = command.add_subcommand("put", "Change the given settings; null restores a default");
  put->add_option("name", options->name, "Name")->required();
  put->add_option("settings", options->members, "Settings, as a JSON object");
  on_parsed(*put, chosen, options, [kind](const context& settings, const put_options& given) {
    return put_setting(settings, given, kind);
  });
}

void add_named(CLI::App& command, action& chosen, const setting_kind& kind, const std::string& word,
               const std::string& description) {
  const auto name = std::make_shared<std::string>();
  auto* named = command.add_subcommand(word, description);
  named->add_option("name", *name, "Name")->required();
  on_parsed(*named, chosen, name, [kind, word](const context& settings, const std::string& given) {
    std::string params;
    json_writer{params}.begin_object().member(kind.id_member, valid_utf8(given)).end_object();
    return call_and_print(settings, kind.method + "." + word, params, print_record);
  });
}

} // namespace

void add_settings_commands(CLI::App& program, action& chosen) {
  for (const setting_kind& kind : kinds()) {
    auto* command = program.add_subcommand(kind.command, kind.description);
    add_list(*command, chosen, kind);
    add_put(*command, chosen, kind);
    if (kind.has_get)
      add_named(*command, chosen, kind, "get", "Show the settings of one");
    if (!kind.delete_word.empty()) {
      add_named(*command, chosen, kind, kind.delete_word, "Delete the settings of one");
    }
  }
}

} // namespace rota::client
