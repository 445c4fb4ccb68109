// How a put changes a setting: an absent member stays, null resets to the default. If the merged
// setting is invalid, nothing changes.
#pragma once
#include "engine/default_members.hpp"
#include "engine/settings.hpp"
#include "wire/executor_options.hpp"
#include "wire/reading.hpp"

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace rota::wire {

template <engine::described T>
bool merge_object(const param& p, T& into, bool is_new,
                  std::optional<std::string_view> ignored = {});

template <class M, class Range>
bool merge_value(const param& p, const engine::rule<Range>& r, M& into) {
  if constexpr (engine::described<M>)
    return merge_object(p, into, false);
  else
    return read(p, r, into);
}
template <engine::described T, class Range>
bool merge_value(const param& p, const engine::rule<Range>&, std::optional<T>& into) {
  const bool is_new = !into;
  return merge_object(p, is_new ? into.emplace() : *into, is_new);
}

/// Merges the member with the given name, if the list of T has it.
template <class T>
class member_merger : public member_search {
public:
  using member_search::member_search;

  template <class M, class Range = engine::anything>
  void operator()(std::string_view name, M& member, const engine::rule<Range>& r = {}) {
    if (!matches(name))
      return;
    if (!param_.value().is_null())
      good_ = merge_value(param_, r, member);
    else if (r.required)
      param_.refuse("has no default");
    else {
      member = engine::defaults_of<T>().template at<M>(index());
      good_ = true;
    }
  }
  /// These members have no name in the list.
  void operator()(std::string_view, std::string&, const engine::rule<engine::other_members>&) {
    matches({}, false);
  }
};

/// Finds where a value stores the members that its list does not name; most values have no such
/// place.
struct others_finder : engine::any_visitor {
  using any_visitor::operator();
  void operator()(std::string_view, std::string& text,
                  const engine::rule<engine::other_members>& r) {
    into = &text;
    whose = r.range.whose;
  }

  std::string* into = nullptr;
  engine::other_members::of whose{};
};

/// Merges the object into `into`. `is_new`: there was no setting before, so required members must be
/// present. A member named `ignored` is skipped.
template <engine::described T>
bool merge_object(const param& p, T& into, bool is_new, std::optional<std::string_view> ignored) {
  if (!p.value().is_object())
    return p.refuse("must be an object");
  others_finder others;
  members(others, into);
  options_patch options{others.whose};
  std::uint64_t given = 0;
  for (const auto& [name, value] : p.value().as_object()) {
    if (name == ignored)
      continue;
    const auto here = p.member(name, value);
    member_merger<T> merger{name, here};
    members(merger, into);
    if (merger.found() && !merger.good())
      return false;
    if (merger.found())
      given |= std::uint64_t{1} << merger.index();
    else if (others.into == nullptr)
      return here.refuse("unknown member");
    else if (!options.add(here, name))
      return false;
  }
  missing_finder missing{p, is_new ? given : ~std::uint64_t{0}};
  members(missing, into);
  if (!missing.complete() || !agrees(p, into))
    return false;
  return others.into == nullptr || options.merge_into(*others.into, p);
}

template <class T>
concept setting_value = engine::described<T> &&
    (std::same_as<T, engine::type_settings> || std::same_as<T, engine::tenant_settings> ||
     std::same_as<T, engine::pool_settings> || std::same_as<T, engine::key_settings> ||
     std::same_as<T, engine::executor_settings>);

/// Settings inside a document are read like a first put.
template <setting_value T>
bool read(const param& p, const engine::rule<engine::anything>&, T& into) {
  into = T{};
  return merge_object(p, into, true);
}

/// Merges a put into `current`, or into the defaults if this is the first put. `put` is the whole
/// params; `name_member` is the member that names the setting.
template <class Settings>
checked<Settings> merged(const std::optional<Settings>& current, json_value put,
                         std::string_view name_member) {
  std::optional<flaw> wrong;
  checked<Settings> result{current.value_or(Settings{})};
  if (!merge_object(param{put, wrong}, *result, !current, name_member))
    result = *std::move(wrong);
  return result;
}

} // namespace rota::wire
