#include "cmd/rota/commands.hpp"

#include "cmd/rota/text.hpp"

#include <fmt/format.h>

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

void mark_arrays(std::vector<std::string>& arguments) {
  for (std::string& argument : arguments) {
    if (argument.starts_with('[') && argument.ends_with(']'))
      argument += array_mark;
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
  command.add_option("--tenant", filter.tenant, "Only of this tenant");
  command.add_option("--type", filter.type, "Only of this job type");
}

void write_filter(json_writer& params, const queue_filter& filter) {
  write_optional(params, "tenant", filter.tenant);
  write_optional(params, "type", filter.type);
}

void add_page(CLI::App& command, page& part) {
  command.add_option("--limit", part.limit, "At most so many")->check(CLI::PositiveNumber);
  command.add_option("--cursor", part.cursor, "Go on where an earlier list ended");
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
  fmt::print(stderr, "there is more: --cursor {}\n", visible(cursor->as_string()));
}

} // namespace rota::client
