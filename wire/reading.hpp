// Reads JSON into values by their lists of members (engine/members.hpp). Unknown members, wrong
// types and values out of range are refused.
#pragma once
#include "engine/boxed.hpp"
#include "engine/ids.hpp"
#include "engine/members.hpp"
#include "engine/quantity.hpp"
#include "engine/time.hpp"
#include "wire/param.hpp"
#include "wire/references.hpp"

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rota::wire {

inline constexpr std::size_t name_bytes_max = 200;
inline constexpr std::size_t pointer_bytes_max = 1000;

/// 1 to 200 bytes without control characters (C0, DEL and C1).
bool is_name(std::string_view text);

// -- single values; each function refuses anything else -------------------------------------------

bool read_integer(const param& p, engine::integer_range range, std::int64_t& into);
/// Refuses the value with the list of valid words. Always returns false.
bool refuse_word(const param& p, std::span<const std::string_view> words);

bool read(const param& p, const engine::rule<engine::anything>&, bool& into);
bool read(const param& p, const engine::rule<engine::boolean_words>& r, bool& into);
bool read(const param& p, const engine::rule<engine::number_range>& r, double& into);
bool read(const param& p, const engine::rule<engine::number_range>& r, engine::micro& into);
bool read(const param& p, const engine::rule<engine::duration_range>& r,
          engine::milliseconds& into);
bool read(const param& p, const engine::rule<engine::anything>&, std::string& into);
bool read(const param& p, const engine::rule<engine::name_text>&, std::string& into);
bool read(const param& p, const engine::rule<engine::json_text>&, std::string& into);
bool read(const param& p, const engine::rule<engine::pointer_text>&, std::string& into);
bool read(const param& p, const engine::rule<engine::traceparent_text>&, std::string& into);
bool read(const param& p, const engine::rule<engine::tracestate_text>&, std::string& into);
bool read(const param& p, const engine::rule<engine::word_text>& r, std::string& into);
/// RFC 3339: wall time, stored as microseconds since the Unix epoch.
bool read(const param& p, const engine::rule<engine::anything>&, engine::time_point& into);
bool read(const param& p, const engine::rule<engine::anything>&, job_ref& into);
bool read(const param& p, const engine::rule<engine::anything>&, lease_ref& into);
bool read(const param& p, const engine::rule<engine::anything>&, subscription_id& into);

template <std::integral Int>
requires(!std::same_as<Int, bool>) bool read(const param& p,
                                             const engine::rule<engine::integer_range>& r,
                                             Int& into) {
  std::int64_t wide = 0;
  if (!read_integer(p, r.range, wide))
    return false;
  into = static_cast<Int>(wide);
  return true;
}

template <engine::worded Word>
bool read(const param& p, const engine::rule<engine::anything>&, Word& into) {
  std::string scratch;
  const auto word = engine::from_word<Word>(p.value().as_string(scratch));
  if (!word || !p.value().is_string())
    return refuse_word(p, words_of(Word{}));
  into = *word;
  return true;
}

template <engine::described T>
bool read(const param& p, const engine::rule<engine::anything>&, T& into);

template <engine::may_be_absent M, class Range>
bool read(const param& p, const engine::rule<Range>& r, M& into) {
  return read(p, r, into.emplace());
}

/// Reads each element by the rule of the list.
template <class T, class Range>
bool read(const param& p, const engine::rule<Range>& r, std::vector<T>& into) {
  if (!p.value().is_array())
    return p.refuse("must be an array");
  // An estimate: growing moves the elements, and counting them would scan the text twice.
  into.reserve(std::min<std::size_t>(p.value().raw().size() / 64 + 1, 128));
  std::size_t index = 0;
  for (const json_value& element : p.value().as_array())
    if (!read(p.element(index++, element), r, into.emplace_back()))
      return false;
  return !r.not_empty || !into.empty() || p.refuse("must not be empty");
}

// -- objects --------------------------------------------------------------------------------------

/// Searches a list for the member with the given name.
class member_search {
public:
  member_search(std::string_view name, const param& p) : param_(p), name_(name) {}

  bool found() const { return found_; }
  /// Whether the value of the found member was accepted.
  bool good() const { return good_; }
  /// The index of the found member in the list.
  std::size_t index() const { return index_; }

protected:
  /// Called for each member; returns true for the one that is searched.
  bool matches(std::string_view name, bool eligible = true) {
    if (found_)
      return false;
    found_ = eligible && name == name_;
    index_ += found_ ? 0 : 1;
    return found_;
  }

  const param& param_;
  bool good_ = false;

private:
  std::string_view name_;
  std::size_t index_ = 0;
  bool found_ = false;
};

/// Reads the member with the given name, if the list has it.
class member_finder : public member_search, public engine::flat_members<member_finder> {
public:
  using flat_members::flat;
  using member_search::member_search;

  template <class M, class Range = engine::anything>
  void operator()(std::string_view name, M& member, const engine::rule<Range>& r = {}) {
    if (matches(name, r.asked))
      good_ = read(param_, r, member);
  }
  /// An optional value is present if any of its members is.
  template <class T, class Range = engine::anything>
  void flat(engine::boxed<T>& inner, const engine::rule<Range>& = {}) {
    if (found())
      return;
    if (inner)
      return members(*this, *inner);
    T value;
    members(*this, value);
    if (found())
      inner = std::move(value);
  }
};

/// Refuses the first required member that is not in `given`, a mask by index.
class missing_finder : public engine::flat_members<missing_finder> {
public:
  using flat_members::flat;

  missing_finder(const param& object, std::uint64_t given) : object_(object), given_(given) {}

  template <class M, class Range = engine::anything>
  void operator()(std::string_view name, M&, const engine::rule<Range>& r = {}) {
    if (r.required && (given_ & 1) == 0)
      complete_ = object_.member(name).refuse("is required");
    given_ >>= 1;
  }
  template <class T, class Range = engine::anything>
  void flat(engine::boxed<T>&, const engine::rule<Range>& = {}) {
    T value;
    members(*this, value);
  }

  bool complete() const { return complete_; }

private:
  const param& object_;
  std::uint64_t given_;
  bool complete_ = true;
};

/// Passed to agree(). If members do not fit together, refuses the first of them that was given.
class agreement {
public:
  explicit agreement(const param& object) : object_(object) {}

  void operator()(bool holds, std::initializer_list<std::string_view> names,
                  std::string_view reason) {
    if (!holds)
      good_ = refuse(names, reason);
  }
  /// The same for the object as a whole.
  void operator()(bool holds, std::string_view reason) {
    if (!holds)
      good_ = object_.refuse(reason);
  }
  bool given(std::string_view name) const {
    return object_.value().as_object().find(name).has_value();
  }
  bool good() const { return good_; }

private:
  bool refuse(std::initializer_list<std::string_view> names, std::string_view reason) const {
    for (const auto name : names)
      if (given(name))
        return object_.member(name).refuse(reason);
    return object_.member(*names.begin()).refuse(reason);
  }

  const param& object_;
  bool good_ = true;
};

/// Whether the members of the value fit together; true for values without such a rule.
template <class T>
bool agrees(const param& object, const T& value) {
  agreement check{object};
  if constexpr (requires { agree(check, value); })
    agree(check, value);
  return check.good();
}

template <engine::described T>
bool read(const param& p, const engine::rule<engine::anything>&, T& into) {
  if (!p.value().is_object())
    return p.refuse("must be an object");
  std::uint64_t given = 0;
  for (const auto& [name, value] : p.value().as_object()) {
    const auto here = p.member(name, value);
    member_finder finder{name, here};
    members(finder, into);
    if (!finder.found())
      return here.refuse("unknown member");
    if (!finder.good())
      return false;
    given |= std::uint64_t{1} << finder.index();
  }
  missing_finder missing{p, given};
  members(missing, into);
  return missing.complete() && agrees(p, into);
}

/// Params that must be empty.
struct no_params {};
void members(auto&, engine::form_of<no_params> auto&) {}

/// Reads the whole params of a request.
template <class T>
checked<T> read_params(json_value params) {
  std::optional<flaw> wrong;
  checked<T> value{T{}};
  if (!read(param{params, wrong}, engine::any_value, *value))
    value = *std::move(wrong);
  return value;
}

} // namespace rota::wire
