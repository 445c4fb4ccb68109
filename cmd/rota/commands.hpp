#pragma once

#include "cmd/rota/context.hpp"
#include "cmd/rota/params.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rota::client {

/// The parsed command, ready to run.
using action = std::function<exit_status(const context& settings)>;

// Each function adds its commands to the program; parsing one of them sets `chosen`.
void add_push_command(CLI::App& program, action& chosen);
void add_job_commands(CLI::App& program, action& chosen);
void add_history_command(CLI::App& program, action& chosen);
void add_lease_commands(CLI::App& program, action& chosen);
void add_settings_commands(CLI::App& program, action& chosen);
void add_operation_commands(CLI::App& program, action& chosen);
void add_stats_command(CLI::App& program, action& chosen);
void add_top_command(CLI::App& program, action& chosen);
void add_events_command(CLI::App& program, action& chosen);
void add_work_command(CLI::App& program, action& chosen);

/// Sets up a command whose options are a struct: `run` receives the context and the options.
template <class Options, class Run>
void on_parsed(CLI::App& command, action& chosen, std::shared_ptr<Options> options, Run run) {
  command.callback([&chosen, options, run] {
    chosen = [options, run](const context& settings) { return run(settings, *options); };
  });
}

/// Adds a command without arguments, whose result is printed by `print_result`.
void add_plain(CLI::App& program, action& chosen, const std::string& name,
               const std::string& description, std::string_view method,
               const printer& print_result);

/// Parses the command line. If there is nothing to run, prints the error, or the help that was
/// asked for, and returns the exit status.
[[nodiscard]] std::optional<exit_status> parse(CLI::App& program,
                                               std::vector<std::string> arguments);

/// Adds positional arguments that are taken literally.
CLI::Option* add_words(CLI::App& command, const std::string& name, std::vector<std::string>& words,
                       const std::string& description);

/// CLI11 splits any argument of the form [a,b] where several values are allowed, so parse() marks
/// JSON arrays beforehand. This makes all options of the program remove the mark.
void take_marks_off(CLI::App& program);

/// The filter shared by many commands.
struct queue_filter {
  std::optional<std::string> tenant;
  std::optional<std::string> type;

  [[nodiscard]] bool empty() const { return !tenant && !type; }
};
void add_filter(CLI::App& command, queue_filter& filter);
void write_filter(json_writer& params, const queue_filter& filter);

/// The page of a list to show.
struct page {
  std::optional<std::int64_t> limit;
  std::optional<std::string> cursor;
};
void add_page(CLI::App& command, page& part);
void write_page(json_writer& params, const page& part);
/// Reports on stderr how to see the next page, if there is one.
void mention_more(json_value result);

} // namespace rota::client
