#include "cmd/rota/commands.hpp"

#include "cmd/rota/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace rota::client {

namespace {

/// Returns the argument in place of a command, if it is the reason why no command was found.
std::optional<std::string> unknown_command(CLI::App& program) {
  const CLI::App* innermost = &program;
  while (!innermost->get_subcommands().empty())
    innermost = innermost->get_subcommands().front();
  const auto left = program.remaining(true);
  if (commands_of(*innermost).empty() || left.empty())
    return std::nullopt;
  return left.front();
}

} // namespace

std::vector<const CLI::App*> commands_of(const CLI::App& program) {
  return program.get_subcommands([](const CLI::App*) { return true; });
}

request_command add_request(CLI::App& program, action& chosen, const std::string& name,
                            const std::string& description, const std::string& method,
                            const printer& print_result) {
  auto* command = program.add_subcommand(name, description);
  const auto params = std::make_shared<json_members>();
  on_parsed(*command, chosen, params,
            [method, print_result](const command_context& context, const json_members& given) {
              return call_and_print(context, method, given.object(), print_result);
            });
  return {*command, *params};
}

std::optional<exit_status> parse(CLI::App& program, std::vector<std::string> arguments) {
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

// -- options that set members of a request's params -----------------------------------------------

std::string member_name(std::string_view option) {
  std::string name{option.substr(option.find_first_not_of('-'))};
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

CLI::Option* add_text(CLI::App& command, json_members& params, const std::string& name,
                      const std::string& description) {
  return add_member<std::string>(command, params, name, description, member_name(name));
}

CLI::Option* add_integer(CLI::App& command, json_members& params, const std::string& name,
                         const std::string& description) {
  return add_member<std::int64_t>(command, params, name, description, member_name(name))
      ->check(check_number<std::int64_t>);
}

CLI::Option* add_decimal(CLI::App& command, json_members& params, const std::string& name,
                         const std::string& description) {
  return add_member<double>(command, params, name, description, member_name(name))
      ->check(check_number<double>);
}

CLI::Option* add_texts(CLI::App& command, json_members& params, const std::string& name,
                       const std::string& description, const std::string& member) {
  return add_member<std::vector<std::string>>(command, params, name, description, member)
      ->allow_extra_args(false);
}

void add_filter(CLI::App& command, json_members& params) {
  add_text(command, params, "--tenant", "Only this tenant");
  add_text(command, params, "--type", "Only this job type");
}

void add_page(CLI::App& command, json_members& params) {
  add_integer(command, params, "--limit", "Maximum number of entries (default 100)")
      ->check(positive_count);
  add_text(command, params, "--cursor", "Continue where an earlier page ended");
}

void report_next_page(json_value result) {
  const json_value cursor = member_of(result, "cursor");
  if (!cursor.is_string())
    return;
  flush_output();
  fmt::print(stderr, "more results: --cursor {}\n", visible(cursor.as_string()));
}

CLI::Option* add_arguments(CLI::App& command, const std::string& name,
                           std::vector<std::string>& values, const std::string& description,
                           int values_max) {
  const auto take = [name, &values, values_max](const CLI::results_t& given) {
    if (given.size() > static_cast<std::size_t>(values_max))
      throw CLI::ArgumentMismatch::AtMost(name, values_max, given.size());
    values = given;
    return true;
  };
  // CLI11 splits an argument such as [1,2] if its option allows extra arguments. Therefore this
  // option allows none, but claims to need more than any command line has.
  constexpr int arguments_max = 1 << 20;
  return command.add_option(name, take, description)
      ->allow_extra_args(false)
      ->type_size(arguments_max)
      ->expected(1, values_max)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

} // namespace rota::client
