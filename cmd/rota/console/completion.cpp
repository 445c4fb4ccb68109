#include "cmd/rota/console/completion.hpp"

#include "cmd/rota/commands.hpp"
#include "cmd/rota/console/quoting.hpp"
#include "engine/job.hpp"
#include "json/text.hpp"
#include "wire/methods.hpp"

#include <algorithm>
#include <optional>
#include <span>

namespace rota::client {

namespace {

using texts = std::vector<std::string>;

texts names_of_commands(const CLI::App& program) {
  texts names;
  for (const CLI::App* command : commands_of(program))
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

const CLI::App* find_command(const CLI::App& program, const std::string& name) {
  const auto commands = commands_of(program);
  const auto found = std::ranges::find(commands, name, &CLI::App::get_name);
  return found == commands.end() ? nullptr : *found;
}

/// A word that is followed by names of a kind.
struct name_context {
  std::string_view word;
  name_kind kind;
};

constexpr name_context options_with_names[] = {{"--tenant", name_kind::tenant},
                                               {"--type", name_kind::type}};
constexpr name_context commands_with_names[] = {
    {"tenants", name_kind::tenant}, {"types", name_kind::type},         {"keys", name_kind::key},
    {"pools", name_kind::pool},     {"executors", name_kind::executor}, {"job", name_kind::job},
    {"explain", name_kind::job},    {"output", name_kind::job},         {"cancel", name_kind::job},
    {"retry", name_kind::job}};

std::optional<name_kind> names_after(std::span<const name_context> contexts,
                                     std::string_view word) {
  const auto found = std::ranges::find(contexts, word, &name_context::word);
  return found == contexts.end() ? std::nullopt : std::optional{found->kind};
}

texts states() { return {engine::job_state_words.begin(), engine::job_state_words.end()}; }

texts method_names() {
  texts names;
  for (const auto& method : wire::methods())
    names.emplace_back(method.name);
  return names;
}

texts possible(const unfinished_words& typed, const CLI::App& program, name_source& source) {
  auto before = typed.before;
  if (!before.empty() && (before.front() == "help" || before.front() == "watch"))
    before.erase(before.begin());
  if (before.empty()) {
    auto commands = names_of_commands(program);
    if (typed.before.empty())
      commands.insert(commands.end(), {"watch", "help", "exit"});
    return commands;
  }
  if (const auto kind = names_after(options_with_names, before.back()))
    return source.names(*kind);
  if (before.back() == "--state")
    return states();
  if (before.back() == "call")
    return method_names();
  const CLI::App* command = find_command(program, before.front());
  if (command == nullptr)
    return {};
  const CLI::App* inner = before.size() > 1 ? find_command(*command, before[1]) : nullptr;
  if (typed.last.starts_with('-'))
    return names_of_options(inner != nullptr ? *inner : *command);
  const auto kind = names_after(commands_with_names, before.front());
  const bool has_inner = !names_of_commands(*command).empty();
  if (has_inner && inner == nullptr)
    return before.size() == 1 ? names_of_commands(*command) : texts{};
  if (kind && (!has_inner || before.size() == 2))
    return source.names(*kind);
  return before.front() == "drain" ? texts{"on", "off"} : texts{};
}

} // namespace

completion complete(std::string_view line, const CLI::App& program, name_source& source) {
  const auto typed = split_unfinished(line);
  completion out{typed.last_begin, {}};
  for (const std::string& text : possible(typed, program, source)) {
    if (text.starts_with(typed.last))
      out.candidates.push_back(quote_word(text));
  }
  std::ranges::sort(out.candidates);
  const auto duplicates = std::ranges::unique(out.candidates);
  out.candidates.erase(duplicates.begin(), duplicates.end());
  return out;
}

std::string common_prefix(const std::vector<std::string>& candidates) {
  if (candidates.empty())
    return {};
  std::string_view common = candidates.front();
  for (const std::string& each : candidates) {
    const auto end = std::mismatch(common.begin(), common.end(), each.begin(), each.end()).first;
    common = common.substr(0, static_cast<std::size_t>(end - common.begin()));
  }
  // Do not split a character.
  while (!common.empty() && common.size() < candidates.front().size() &&
         is_continuation(candidates.front()[common.size()]))
    common.remove_suffix(1);
  return std::string{common};
}

} // namespace rota::client
