#pragma once

#include "cmd/rota/context.hpp"
#include "cmd/rota/params.hpp"

#include <CLI/CLI.hpp>

#include <charconv>
#include <cmath>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace rota::client {

/// The parsed command, ready to run.
using action = std::function<exit_status(const command_context& context)>;

// Each function adds its commands to the program; parsing one of them sets `chosen`.
void add_push_command(CLI::App& program, action& chosen);
void add_job_commands(CLI::App& program, action& chosen);
void add_change_commands(CLI::App& program, action& chosen);
void add_history_command(CLI::App& program, action& chosen);
void add_lease_commands(CLI::App& program, action& chosen);
void add_settings_commands(CLI::App& program, action& chosen);
void add_server_commands(CLI::App& program, action& chosen);
void add_stats_command(CLI::App& program, action& chosen);
void add_top_command(CLI::App& program, action& chosen);
void add_events_command(CLI::App& program, action& chosen);
void add_work_command(CLI::App& program, action& chosen);
void add_console_command(CLI::App& program, action& chosen);
/// Commands that only the console has: they inspect and maintain the server.
void add_operator_commands(CLI::App& program, action& chosen);

/// Sets up a command whose options are a struct: `run` receives the context and the options. If one
/// of the command's own commands was given, that one is chosen instead.
template <class Options, class Run>
void on_parsed(CLI::App& command, action& chosen, std::shared_ptr<Options> options, Run run) {
  command.callback([&command, &chosen, options, run] {
    if (command.get_subcommands().empty())
      chosen = [options, run](const command_context& context) { return run(context, *options); };
  });
}

/// A command that sends one request, and the params that its options set.
struct request_command {
  CLI::App& command;
  json_members& params;
};

/// Adds a command that calls `method` and prints the result with `print_result`.
request_command add_request(CLI::App& program, action& chosen, const std::string& name,
                            const std::string& description, const std::string& method,
                            const printer& print_result);

/// Parses the command line. If there is nothing to run, prints the error, or the help that was
/// asked for, and returns the exit status.
[[nodiscard]] std::optional<exit_status> parse(CLI::App& program,
                                               std::vector<std::string> arguments);

/// Returns all commands of a program or command.
[[nodiscard]] std::vector<const CLI::App*> commands_of(const CLI::App& program);

// -- options that set members of a request's params -----------------------------------------------

/// Returns the member that an option sets: its name without the leading dashes, with underscores.
[[nodiscard]] std::string member_name(std::string_view option);

/// Adds an option, or a positional argument if the name has no dashes. Its value becomes `member`.
template <class Value>
CLI::Option* add_member(CLI::App& command, json_members& params, const std::string& name,
                        const std::string& description, const std::string& member) {
  return command.add_option_function<Value>(
      name, [&params, member](const Value& value) { params.put(member, value); }, description);
}
/// Checks that a text is a finite number of the type: the whole of it, and not out of its range.
/// CLI11 reads an empty text as 0 and takes the nearest number for one that is too large.
template <class Number>
std::string check_number(const std::string& text) {
  Number number{};
  const char* const text_end = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), text_end, number);
  if (error == std::errc{} && end == text_end && std::isfinite(static_cast<double>(number)))
    return {};
  return '"' + text + "\" is not " + (std::is_integral_v<Number> ? "an integer" : "a number");
}
/// The range of a number of things.
inline const CLI::Range positive_count{1, 1'000'000'000};

CLI::Option* add_text(CLI::App& command, json_members& params, const std::string& name,
                      const std::string& description);
CLI::Option* add_integer(CLI::App& command, json_members& params, const std::string& name,
                         const std::string& description);
CLI::Option* add_decimal(CLI::App& command, json_members& params, const std::string& name,
                         const std::string& description);
/// Adds an option that can be repeated. Its values become the array `member`.
CLI::Option* add_texts(CLI::App& command, json_members& params, const std::string& name,
                       const std::string& description, const std::string& member);

/// Adds --tenant and --type, by which many commands select jobs.
void add_filter(CLI::App& command, json_members& params);
/// Adds --limit and --cursor, the page of a list to show.
void add_page(CLI::App& command, json_members& params);
/// Reports on stderr how to see the next page, if there is one.
void report_next_page(json_value result);

/// Adds a positional argument with at most `values_max` values, which are taken literally.
CLI::Option* add_arguments(CLI::App& command, const std::string& name,
                           std::vector<std::string>& values, const std::string& description,
                           int values_max = CLI::detail::expected_max_vector_size);

} // namespace rota::client
