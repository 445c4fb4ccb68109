#include "wire/methods.hpp"

#include "wire/reading.hpp"
#include "wire/replies.hpp"
#include "wire/schema.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace rota::wire {
namespace {

using engine::setting_kind;

// -- from params to commands ----------------------------------------------------------------------

template <class Command>
checked<parsed_command> read_command(json_value params) {
  auto read = read_params<Command>(params);
  if (!read)
    return read.error();
  if constexpr (std::is_constructible_v<command, Command>)
    return parsed_command{command{*std::move(read)}};
  else
    return parsed_command{*std::move(read)};
}

/// Reads a command of which the method's name fixes one field.
template <class Command, auto Field, auto Value>
checked<parsed_command> read_command_with(json_value params) {
  auto read = read_params<Command>(params);
  if (!read)
    return read.error();
  (*read).*Field = Value;
  return parsed_command{command{*std::move(read)}};
}

/// An executor's attempts are kept in a folder with its name.
bool is_folder_name(std::string_view name) {
  constexpr std::string_view letters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  return !name.starts_with('.') && name.find_first_not_of(letters) == std::string_view::npos;
}

/// Reads the name of one setting, which must be present.
bool read_name(const param& whole, std::string_view member, std::string& name) {
  const auto value = whole.value().as_object().find(member);
  return value ? read(whole.member(member, *value), engine::a_name, name)
               : whole.member(member).refuse("is required");
}

/// Reads the name of a setting that is put; a pool's may be absent.
bool read_put_name(const param& whole, setting_kind kind, std::string& name) {
  const auto member = name_member_of(kind);
  if (kind == setting_kind::pool && !whole.value().as_object().find(member)) {
    name = engine::default_pool;
    return true;
  }
  return read_name(whole, member, name) &&
         (kind != setting_kind::executor || is_folder_name(name) ||
          whole.member(member).refuse(
              "must be letters, digits, '-', '_' and '.', and must not begin with '.'"));
}

template <setting_kind Kind>
checked<parsed_command> read_put(json_value params) {
  std::optional<flaw> wrong;
  put_setting_command put{Kind, {}, std::string{params.raw()}};
  if (!read_put_name(param{params, wrong}, Kind, put.name))
    return *std::move(wrong);
  return parsed_command{command{std::move(put)}};
}

/// Reads get and delete, which take only the name.
template <class Command, setting_kind Kind>
checked<parsed_command> read_named(json_value params) {
  std::optional<flaw> wrong;
  const param whole{params, wrong};
  Command named{Kind, {}};
  for (const auto& [name, value] : params.as_object())
    if (name != name_member_of(Kind)) {
      whole.member(name, value).refuse("unknown member");
      return *std::move(wrong);
    }
  if (!read_name(whole, name_member_of(Kind), named.name))
    return *std::move(wrong);
  return parsed_command{command{std::move(named)}};
}

// -- shapes for documents -------------------------------------------------------------------------

template <class Command>
shape params_shape() {
  return object_shape<Command>(direction::asked);
}
template <class Reply>
shape result_shape() {
  return object_shape<Reply>(direction::shown);
}
shape document_shape() { return shape_with("object", "an OpenRPC document"); }

template <setting_kind Kind>
using settings_of = std::variant_alternative_t<static_cast<std::size_t>(Kind), engine::setting>;

template <setting_kind Kind>
shape put_params_shape() {
  auto put = setting_shape<settings_of<Kind>>(direction::put, name_member_of(Kind));
  if constexpr (Kind == setting_kind::pool) {
    put.members.front().required = false;
    put.members.front().default_value = "\"default\"";
  }
  return put;
}
template <setting_kind Kind>
shape name_params_shape() {
  auto named = shape_with("object");
  named.members.push_back(name_shape(direction::asked, name_member_of(Kind)));
  return named;
}
template <setting_kind Kind>
shape setting_result_shape() {
  return setting_shape<settings_of<Kind>>(direction::shown, name_member_of(Kind));
}
template <setting_kind Kind>
shape list_result_shape() {
  auto one = setting_result_shape<Kind>();
  if constexpr (Kind == setting_kind::executor)
    for (auto& member : object_shape<setting_view::executor_state>(direction::shown).members)
      one.members.push_back(std::move(member));
  return page_shape(plural_of(Kind), std::move(one));
}

// -- the table ------------------------------------------------------------------------------------

constexpr method_traits logged_always{.logged = logging::always};
constexpr method_traits served_over_http{.over_http = true};

template <class Command, class Reply>
constexpr method row(std::string_view name, std::string_view summary, method_traits traits = {}) {
  return {name, summary, read_command<Command>, params_shape<Command>, result_shape<Reply>, traits};
}

template <setting_kind Kind>
constexpr method put_row(std::string_view name, std::string_view summary) {
  return {name,         summary, read_put<Kind>, put_params_shape<Kind>, setting_result_shape<Kind>,
          logged_always};
}
template <setting_kind Kind>
constexpr method get_row(std::string_view name, std::string_view summary) {
  return {name,
          summary,
          read_named<get_setting_command, Kind>,
          name_params_shape<Kind>,
          setting_result_shape<Kind>,
          served_over_http};
}
template <setting_kind Kind>
constexpr method list_row(std::string_view name, std::string_view summary) {
  return {name,
          summary,
          read_command_with<list_settings_command, &list_settings_command::kind, Kind>,
          params_shape<list_settings_command>,
          list_result_shape<Kind>,
          served_over_http};
}
template <setting_kind Kind>
constexpr method delete_row(std::string_view name, std::string_view summary) {
  return {name,
          summary,
          read_named<delete_setting_command, Kind>,
          name_params_shape<Kind>,
          result_shape<delete_setting_reply>,
          logged_always};
}

using enum setting_kind;

// server.stats is not available over HTTP: it walks all tenants, and clients that may only read
// must not delay workers. The history of metrics has the same figures.
constexpr method table[] = {
    row<subscribe_command, subscribe_reply>("events.subscribe",
                                            "Sends an event for each change of a job's state",
                                            {.on_connection = true}),
    row<unsubscribe_command, unsubscribe_reply>("events.unsubscribe", "Ends a subscription",
                                                {.on_connection = true}),
    list_row<executor>("executor.list", "Lists the executors, with capacity, load and health"),
    put_row<executor>("executor.put", "Adds an executor or changes one"),
    delete_row<executor>("executor.remove", "Removes an executor that no type uses"),
    row<cancel_command, cancel_reply>("job.cancel",
                                      "Cancels jobs by id, or those of a tenant or a type",
                                      {.logged = logging::in_bulk}),
    row<complete_command, complete_reply>("job.complete",
                                          "Ends jobs of leases, with results or errors"),
    row<defer_command, defer_reply>(
        "job.defer", "Puts jobs that aren't ready yet back into their queue, with a checkpoint"),
    row<explain_command, explain_reply>("job.explain", "Explains why a job is where it is",
                                        served_over_http),
    row<extend_command, extend_reply>("job.extend", "Keeps leases alive"),
    row<get_command, job_view>("job.get", "Shows one job",
                               {.long_answer = true, .over_http = true}),
    row<list_command, list_reply>("job.list", "Lists jobs by queue, oldest first",
                                  {.long_answer = true, .over_http = true}),
    row<output_command, output_reply>("job.output", "Reads what an executed job printed",
                                      {.long_answer = true}),
    row<pop_command, pop_reply>("job.pop", "Takes leases on the next jobs",
                                {.on_connection = true}),
    row<push_command, push_reply>("job.push", "Adds jobs"),
    row<release_command, release_reply>("job.release", "Gives leases back unused"),
    row<retry_command, retry_reply>("job.retry", "Puts ended jobs back into their queue",
                                    {.logged = logging::in_bulk}),
    delete_row<key>("key.delete", "Forgets the limits of a concurrency key"),
    list_row<key>("key.list", "Lists the concurrency keys that have limits"),
    put_row<key>("key.put", "Sets the limits of a concurrency key"),
    list_row<pool>("pool.list", "Lists the pools that have settings"),
    put_row<pool>("pool.put", "Changes the settings of a pool"),
    row<list_queues_command, list_queues_reply>("queue.list", "Lists the queues that have jobs",
                                                served_over_http),
    {"queue.pause", "Stops new starts of a type, a tenant or one queue",
     read_command_with<pause_command, &pause_command::on, true>, params_shape<pause_command>,
     result_shape<pause_reply>, logged_always},
    {"queue.resume", "Ends a pause", read_command_with<pause_command, &pause_command::on, false>,
     params_shape<pause_command>, result_shape<pause_reply>, logged_always},
    {"rpc.discover", "Describes all methods as an OpenRPC document", read_command<discover_command>,
     params_shape<discover_command>, document_shape, served_over_http},
    row<drain_command, drain_reply>("server.drain", "Stops all new starts, or allows them again",
                                    logged_always),
    row<info_command, info_reply>(
        "server.info", "Shows version, durability and limits of the daemon", served_over_http),
    row<stats_command, stats_reply>("server.stats",
                                    "Shows counts, pools, shares and the fairness gap"),
    delete_row<tenant>("tenant.delete", "Forgets the settings of a tenant"),
    get_row<tenant>("tenant.get", "Shows the settings of a tenant"),
    list_row<tenant>("tenant.list", "Lists the tenants that have settings"),
    put_row<tenant>("tenant.put", "Changes the settings of a tenant"),
    delete_row<type>("type.delete", "Forgets the settings of a type"),
    get_row<type>("type.get", "Shows the settings of a type"),
    list_row<type>("type.list", "Lists the types that have settings"),
    put_row<type>("type.put", "Changes the settings of a type"),
};
static_assert(std::is_sorted(std::begin(table), std::end(table),
                             [](const method& a, const method& b) { return a.name < b.name; }));

} // namespace

std::span<const method> methods() { return table; }

const method* find_method(std::string_view name) {
  const auto* at = std::lower_bound(std::begin(table), std::end(table), name,
                                    [](const method& m, std::string_view n) { return m.name < n; });
  return at == std::end(table) || at->name != name ? nullptr : at;
}

std::size_t index_of(const method& m) { return static_cast<std::size_t>(&m - table); }

bool is_logged(const method& m, json_value params) {
  switch (m.traits.logged) {
  case logging::never: return false;
  case logging::always: return true;
  case logging::in_bulk: break;
  }
  return !params.as_object().find("ids");
}

} // namespace rota::wire
