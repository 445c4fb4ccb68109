#include "cmd/rota/commands.hpp"
#include "cmd/rota/table.hpp"
#include "json/check.hpp"

// types, tenants, keys, pools, executors: each lists, puts, shows and deletes settings of its kind.

namespace rota::client {

namespace {

struct setting_kind {
  std::string command;
  std::string description;
  std::string method;      // The part before the dot.
  std::string name_member; // The member that names the setting.
  bool has_get;
  std::string delete_verb; // Empty: cannot be deleted.
  std::vector<column> columns;
};

std::vector<setting_kind> setting_kinds() {
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

struct put_options {
  json_members name;
  std::string settings = "{}";
};

exit_status put_setting(const command_context& context, const put_options& given,
                        const setting_kind& kind) {
  if (const auto error = check_json(given.settings)) {
    return report_usage("the JSON of the settings " + error->reason + " at byte " +
                        std::to_string(error->offset));
  }
  const json_value settings{given.settings};
  if (!settings.is_object())
    return report_usage("the settings must be a JSON object");
  std::string params;
  json_writer writer{params};
  writer.begin_object();
  given.name.write(writer);
  for (const auto& [name, value] : settings.as_object())
    writer.raw_member(name, value.raw());
  writer.end_object();
  return call_and_print(context, kind.method + ".put", params, print_record);
}

// Adds the argument that names the setting.
void add_name(CLI::App& command, json_members& params, const setting_kind& kind) {
  add_member<std::string>(command, params, "name", "Name", kind.name_member)->required();
}

void add_put(CLI::App& command, action& chosen, const setting_kind& kind) {
  const auto options = std::make_shared<put_options>();
  auto* put = command.add_subcommand("put", "Change the given settings; null restores a default");
  add_name(*put, options->name, kind);
  put->add_option("settings", options->settings, "Settings, as a JSON object");
  on_parsed(*put, chosen, options,
            [kind](const command_context& context, const put_options& given) {
              return put_setting(context, given, kind);
            });
}

void add_by_name(CLI::App& command, action& chosen, const setting_kind& kind,
                 const std::string& verb, const std::string& description) {
  auto [inner, params] =
      add_request(command, chosen, verb, description, kind.method + "." + verb, print_record);
  add_name(inner, params, kind);
}

} // namespace

void add_settings_commands(CLI::App& program, action& chosen) {
  for (const setting_kind& kind : setting_kinds()) {
    auto [command, params] =
        add_request(program, chosen, kind.command, kind.description, kind.method + ".list",
                    [kind](json_value result) {
                      print_table(table_of(only_array(result), kind.columns), "no settings");
                      report_next_page(result);
                    });
    add_page(command, params);
    command.require_subcommand(0, 1);
    add_put(command, chosen, kind);
    if (kind.has_get)
      add_by_name(command, chosen, kind, "get", "Show the settings of one");
    if (!kind.delete_verb.empty())
      add_by_name(command, chosen, kind, kind.delete_verb, "Delete the settings of one");
  }
}

} // namespace rota::client
