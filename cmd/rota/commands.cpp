#include "cmd/rota/commands.hpp"

#include "cmd/rota/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace rota::client {

constexpr int words_max = 1 << 20;
constexpr char array_mark = '\x01';

CLI::Option* add_words(CLI::App& command, const std::string& name, std::vector<std::string>& words,
                       const std::string& description) {
  const auto take = [&words](const CLI::results_t& given) {
    words = given;
    return true;
  };
  CLI::Option* option = command.add_option(name, take, description);
  return option->expected(0, words_max)->allow_extra_args(true);
}

void add_plain(CLI::App& program, action& chosen, const std::string& name,
               const std::string& description, std::string_view method,
               const printer& print_result) {
  auto* command = program.add_subcommand(name, description);
  command->callback([&chosen, method, print_result] {
    chosen = [method, print_result](const context& settings) {
      return call_and_print(settings, method, "{}", print_result);
    };
  });
}

namespace {

void mark_arrays(std::vector<std::string>& arguments) {
  for (std::string& argument : arguments) {
    if (argument.starts_with('[') && argument.ends_with(']'))
      argument += array_mark;
  }
}

/// Returns the word in place of a command, if it is the reason why no command was found.
std::optional<std::string> unknown_command(CLI::App& program) {
  const CLI::App* innermost = &program;
  while (!innermost->get_subcommands().empty())
    innermost = innermost->get_subcommands().front();
  const auto has_commands =
      !innermost->get_subcommands([](const CLI::App*) { return true; }).empty();
  const auto left = program.remaining(true);
  if (!has_commands || left.empty())
    return std::nullopt;
  return left.front();
}

} // namespace

std::optional<exit_status> parse(CLI::App& program, std::vector<std::string> arguments) {
  mark_arrays(arguments);
  std::reverse(arguments.begin(), arguments.end()); // CLI11 expects them reversed
  try {
    program.parse(arguments);
    return std::nullopt;
  } catch (const CLI::RequiredError& error) {
    if (const auto word = unknown_command(program))
      return report_usage("unknown command " + visible(*word));
    return program.exit(error) == 0 ? exit_status::done : exit_status::usage;
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? exit_status::done : exit_status::usage;
  }
}

void take_marks_off(CLI::App& program) {
  const auto take_off = [](std::string text) {
    if (text.ends_with(array_mark))
      text.pop_back();
    return text;
  };
  for (CLI::Option* option : program.get_options()) {
    if (option->get_expected_max() > 0)
      option->transform(take_off, "");
  }
  for (CLI::App* command : program.get_subcommands([](CLI::App*) { return true; }))
    take_marks_off(*command);
}

void add_filter(CLI::App& command, queue_filter& filter) {
  command.add_option("--tenant", filter.tenant, "Only this tenant");
  command.add_option("--type", filter.type, "Only this job type");
}

void write_filter(json_writer& params, const queue_filter& filter) {
  write_optional(params, "tenant", filter.tenant);
  write_optional(params, "type", filter.type);
}

void add_page(CLI::App& command, page& part) {
  command.add_option("--limit", part.limit, "Maximum number of entries (default 100)")
      ->check(CLI::PositiveNumber);
  command.add_option("--cursor", part.cursor, "Continue where an earlier page ended");
}

void write_page(json_writer& params, const page& part) {
  write_optional(params, "limit", part.limit);
  write_optional(params, "cursor", part.cursor);
}

void mention_more(json_value result) {
  const auto cursor = result.as_object().find("cursor");
  if (!cursor || !cursor->is_string())
    return;
  flush_output();
  fmt::print(stderr, "more results: --cursor {}\n", visible(cursor->as_string()));
}

} // namespace rota::client
