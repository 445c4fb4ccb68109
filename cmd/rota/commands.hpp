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

/// What the command line asks for, to be run when it is parsed.
using action = std::function<exit_status(const context& settings)>;

// Each adds its commands to the program; parsing one of them sets `chosen`.
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

/// A command with its options in a struct: `run` gets them and the context.
template <class Options, class Run>
void on_parsed(CLI::App& command, action& chosen, std::shared_ptr<Options> options, Run run) {
  command.callback([&chosen, options, run] {
    chosen = [options, run](const context& settings) { return run(settings, *options); };
  });
}

/// A command without arguments, whose answer is shown by `print_result`.
void add_plain(CLI::App& program, action& chosen, const std::string& name,
               const std::string& description, std::string_view method,
               const printer& print_result);

/// Takes the command line apart. When there is nothing to run, it says why, or gives the help that was asked for, and
/// returns the status to end with.
[[nodiscard]] std::optional<exit_status> parse(CLI::App& program,
                                               std::vector<std::string> arguments);

/// Adds positional words that are taken as they come.
CLI::Option* add_words(CLI::App& command, const std::string& name, std::vector<std::string>& words,
                       const std::string& description);

/// CLI11 takes any [a,b] apart where several words may stand, so parse() marks arrays of JSON before
/// it does. With this all options of the program take the mark off again.
void take_marks_off(CLI::App& program);

/// The filter that many commands share.
struct queue_filter {
  std::optional<std::string> tenant;
  std::optional<std::string> type;

  [[nodiscard]] bool empty() const { return !tenant && !type; }
};
void add_filter(CLI::App& command, queue_filter& filter);
void write_filter(json_writer& params, const queue_filter& filter);

/// The part of a list to show.
struct page {
  std::optional<std::int64_t> limit;
  std::optional<std::string> cursor;
};
void add_page(CLI::App& command, page& part);
void write_page(json_writer& params, const page& part);
/// Says on stderr how to see the next part, when there is one.
void mention_more(json_value result);

} // namespace rota::client
