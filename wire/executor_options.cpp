#include "wire/executor_options.hpp"

#include "engine/settings.hpp"
#include "json/write.hpp"
#include "wire/reading.hpp"

#include <algorithm>
#include <span>
#include <unordered_map>

namespace rota::wire {
namespace {

constexpr std::size_t option_text_bytes_max = 32'768;

/// An option and the shape that it must have. Null is always accepted, because it resets the
/// option.
struct option_rule {
  std::string_view name;
  bool (*check)(const param& p);
};

/// Text that can be passed to a program as an argument or path.
bool check_text(const param& p) {
  std::string text;
  if (!read(p, engine::any_value, text))
    return false;
  if (text.size() > option_text_bytes_max)
    return p.refuse("must be at most 32768 bytes");
  return text.find('\0') == std::string::npos || p.refuse("must not contain a NUL");
}

bool check_filled_text(const param& p) {
  std::string scratch;
  if (p.value().is_string() && p.value().as_string(scratch).empty())
    return p.refuse("must not be empty");
  return check_text(p);
}

bool check_texts(const param& p) {
  if (!p.value().is_array())
    return p.refuse("must be an array of strings");
  std::size_t index = 0;
  for (const json_value& element : p.value().as_array())
    if (!check_text(p.element(index++, element)))
      return false;
  return true;
}

bool check_command(const param& p) {
  if (!check_texts(p))
    return false;
  const auto words = p.value().as_array();
  if (words.empty())
    return p.refuse("must not be empty");
  return check_filled_text(p.element(0, *words.begin()));
}

bool check_environment(const param& p) {
  if (!p.value().is_object())
    return p.refuse("must be an object of strings");
  for (const auto& [name, value] : p.value().as_object()) {
    const auto here = p.member(name, value);
    if (name.empty() || name.find_first_of(std::string_view{"=\0", 2}) != std::string_view::npos)
      return here.refuse("must be the name of a variable");
    if (!value.is_null() && !check_text(here))
      return false;
  }
  return true;
}

bool check_duration(const param& p) {
  std::int64_t ms = 0;
  return read_integer(p, {0, engine::duration_max.count()}, ms);
}

bool check_positive(const param& p) {
  std::int64_t count = 0;
  return read_integer(p, {1, INT64_MAX}, count);
}

bool check_cpus(const param& p) {
  double cpus = 0;
  return read(p, engine::numbers_above(0, 1e6), cpus);
}

bool check_batch_form(const param& p) {
  static constexpr std::string_view forms[] = {"envelope", "loop"};
  std::string form;
  return read(p, engine::rule<engine::word_text>{{forms}}, form);
}

bool check_option(const param& p, std::span<const option_rule> rules, std::string_view name) {
  const auto rule = std::ranges::find(rules, name, &option_rule::name);
  if (rule == rules.end())
    return p.refuse("unknown member");
  return p.value().is_null() || rule->check(p);
}

constexpr option_rule limit_rules[] = {
    {"memory_bytes", check_positive}, {"cpus", check_cpus},
    {"pids", check_positive},         {"open_files", check_positive},
    {"output_bytes", check_positive},
};

bool check_limits(const param& p) {
  if (!p.value().is_object())
    return p.refuse("must be an object");
  for (const auto& [name, value] : p.value().as_object())
    if (!check_option(p.member(name, value), limit_rules, name))
      return false;
  return true;
}

/// Options that a type may set for its executor.
constexpr option_rule type_rules[] = {
    {"command", check_command},     {"env", check_environment},   {"cwd", check_filled_text},
    {"limits", check_limits},       {"grace_ms", check_duration}, {"image", check_filled_text},
    {"network", check_filled_text}, {"mounts", check_texts},      {"partition", check_filled_text},
    {"batch", check_batch_form},
};

/// Options that an executor may set for its backend.
constexpr option_rule executor_rules[] = {
    {"socket", check_filled_text},
    {"conf", check_filled_text},
};

std::span<const option_rule> rules_of(engine::other_members::of whose) {
  if (whose == engine::other_members::of::type)
    return type_rules;
  return executor_rules;
}

using members_by_name = std::unordered_map<std::string, json_value>;

members_by_name members_of(json_value object) {
  members_by_name members;
  for (const auto& [name, value] : object.as_object())
    members.emplace(name, value);
  return members;
}

void write_merged(json_writer& out, json_value current, json_value patch) {
  if (!patch.is_object()) {
    out.raw(patch.raw());
    return;
  }
  const auto changes = members_of(patch);
  const auto kept = members_of(current);
  out.begin_object();
  for (const auto& [name, value] : current.as_object()) {
    const auto found = changes.find(std::string{name});
    if (found == changes.end())
      out.raw_member(name, value.raw());
    else if (!found->second.is_null())
      write_merged(out.key(name), value, found->second);
  }
  for (const auto& [name, value] : patch.as_object())
    if (!value.is_null() && !kept.contains(std::string{name}))
      write_merged(out.key(name), json_value{}, value);
  out.end_object();
}

} // namespace

bool options_patch::add(const param& p, std::string_view name) {
  if (!check_option(p, rules_of(whose_), name))
    return false;
  patch_ += patch_.empty() ? '{' : ',';
  append_json_string(patch_, name);
  patch_.append(1, ':').append(p.value().raw());
  return true;
}

bool options_patch::merge_into(std::string& current, const param& owner) const {
  auto merged = merge_options(current, patch_.empty() ? "{}" : patch_ + '}');
  if (merged.size() > engine::executor_options_max)
    return owner.refuse("must be at most 65536 bytes, merged with what was put before");
  current = std::move(merged);
  return true;
}

std::vector<std::string_view> option_names(engine::other_members::of whose) {
  std::vector<std::string_view> names;
  for (const auto& rule : rules_of(whose))
    names.push_back(rule.name);
  return names;
}

std::string merge_options(std::string_view current, std::string_view patch) {
  return json_text([&](json_writer& out) {
    write_merged(out, current.empty() ? json_value{} : json_value{current}, json_value{patch});
  });
}

} // namespace rota::wire
