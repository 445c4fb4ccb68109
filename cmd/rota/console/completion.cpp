#include "cmd/rota/console/completion.hpp"

#include "cmd/rota/console/words.hpp"
#include "engine/job.hpp"
#include "wire/methods.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace rota::client {

namespace {

using texts = std::vector<std::string>;

texts names_of_commands(CLI::App& program) {
  texts names;
  for (const CLI::App* command : program.get_subcommands([](CLI::App*) { return true; }))
    names.push_back(command->get_name());
  return names;
}

texts names_of_options(const CLI::App& command) {
  texts names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames())
      names.push_back("--" + name);
  }
  return names;
}

CLI::App* find_command(CLI::App& program, const std::string& name) {
  for (CLI::App* command : program.get_subcommands([](CLI::App*) { return true; })) {
    if (command->get_name() == name)
      return command;
  }
  return nullptr;
}

struct row {
  std::string_view word;
  named what;
};

constexpr std::array<row, 2> options_with_names{
    {{"--tenant", named::tenant}, {"--type", named::type}}};
constexpr std::array<row, 10> commands_with_names{{{"tenants", named::tenant},
                                                   {"types", named::type},
                                                   {"keys", named::key},
                                                   {"pools", named::pool},
                                                   {"executors", named::executor},
                                                   {"job", named::job},
                                                   {"explain", named::job},
                                                   {"output", named::job},
                                                   {"cancel", named::job},
                                                   {"retry", named::job}}};

std::optional<named> find_row(const auto& rows, std::string_view word) {
  for (const row& each : rows) {
    if (each.word == word)
      return each.what;
  }
  return std::nullopt;
}

texts states() { return {engine::job_state_words.begin(), engine::job_state_words.end()}; }

texts method_names() {
  texts names;
  for (const auto& method : wire::methods())
    names.emplace_back(method.name);
  return names;
}

texts possible(const typed_words& typed, CLI::App& program, name_source& source) {
  auto before = typed.before;
  if (!before.empty() && (before.front() == "help" || before.front() == "watch"))
    before.erase(before.begin());
  if (before.empty()) {
    auto commands = names_of_commands(program);
    if (typed.before.empty())
      commands.insert(commands.end(), {"watch", "help", "exit"});
    return commands;
  }
  if (const auto what = find_row(options_with_names, before.back()))
    return source.names(*what);
  if (before.back() == "--state")
    return states();
  if (before.back() == "call")
    return method_names();
  CLI::App* command = find_command(program, before.front());
  if (command == nullptr)
    return {};
  CLI::App* inner = before.size() > 1 ? find_command(*command, before[1]) : nullptr;
  if (typed.last.starts_with('-'))
    return names_of_options(inner != nullptr ? *inner : *command);
  const auto what = find_row(commands_with_names, before.front());
  const bool has_inner = !names_of_commands(*command).empty();
  if (has_inner && inner == nullptr)
    return before.size() == 1 ? names_of_commands(*command) : texts{};
  if (what && (!has_inner || before.size() == 2))
    return source.names(*what);
  return before.front() == "drain" ? texts{"on", "off"} : texts{};
}

} // namespace

completion complete(std::string_view line, CLI::App& program, name_source& source) {
  const auto typed = typed_so_far(line);
  completion out{typed.last_begin, {}};
  for (const std::string& text : possible(typed, program, source)) {
    if (text.starts_with(typed.last))
      out.candidates.push_back(as_word(text));
  }
  std::sort(out.candidates.begin(), out.candidates.end());
  out.candidates.erase(std::unique(out.candidates.begin(), out.candidates.end()),
                       out.candidates.end());
  return out;
}

std::string common_start(const std::vector<std::string>& candidates) {
  if (candidates.empty())
    return {};
  std::string_view common = candidates.front();
  for (const std::string& each : candidates) {
    const auto end = std::mismatch(common.begin(), common.end(), each.begin(), each.end()).first;
    common = common.substr(0, static_cast<std::size_t>(end - common.begin()));
  }
  // Do not split a character.
  while (!common.empty() && common.size() < candidates.front().size() &&
         (static_cast<unsigned char>(candidates.front()[common.size()]) & 0xC0) == 0x80)
    common.remove_suffix(1);
  return std::string{common};
}

} // namespace rota::client
