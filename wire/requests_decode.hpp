// How params become typed requests: one table a request, with a rule for each member.
//
//   constexpr member<get_request> get_members[] = {
//     {"id", required, [](const param& p, get_request& r) { return read_job(p, r.id); }},
//   };
//   return decode<get_request>(params, get_members);
//
// A member that no rule names is refused, as is one of another JSON type or out of its range.
// Nothing is allocated for paths unless something is wrong.
#pragma once
#include "engine/job.hpp"
#include "engine/time.hpp"
#include "json/slice.hpp"

#include <boost/system/result.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rota::protocol {

/// Why params were refused: what the answer says in data.path and data.reason.
struct params_flaw {
  std::string path;   ///< JSON pointer into params: "/jobs/3/priority".
  std::string reason; ///< The end of a sentence about it: "must be an integer".
  bool operator==(const params_flaw&) const = default;
};

/// Reached only by reading a request that was refused, which is a bug.
[[noreturn]] inline void throw_exception_from_error(const params_flaw& flaw,
                                                    const boost::source_location&) {
  throw std::logic_error("no request: " + flaw.path + ' ' + flaw.reason);
}

template <class Request>
using decoded = boost::system::result<Request, params_flaw>;

/// A value of params with the way that led to it; lives on the stack while a request is decoded.
class param {
public:
  /// The params themselves. The first flaw goes to `flaw`.
  param(json_value value, std::optional<params_flaw>& flaw) : value_(value), flaw_(flaw) {}

  param member(std::string_view name, json_value value) const { return {*this, name, 0, value}; }
  param element(std::size_t index, json_value value) const { return {*this, {}, index, value}; }

  const json_value& value() const { return value_; }

  /// Notes why this value is refused, unless something was refused before; always false.
  bool refuse(std::string_view reason) const;

private:
  param(const param& parent, std::string_view name, std::size_t index, json_value value)
      : value_(value), flaw_(parent.flaw_), parent_(&parent), name_(name), index_(index) {}

  void append_pointer(std::string& out) const;

  json_value value_;
  std::optional<params_flaw>& flaw_;
  const param* parent_ = nullptr;
  std::string_view name_; ///< Of a member; an element has `index_` instead.
  std::size_t index_ = 0;
};

enum class presence : std::uint8_t { optional, required };
inline constexpr presence required = presence::required;
inline constexpr presence optional = presence::optional;

/// What a member of an object is called and how it is read; false: it was refused.
template <class T>
struct member {
  std::string_view name;
  presence needed = optional;
  bool (*read)(const param& p, T& into) = nullptr;
};

/// Reads an object by its rules, at most 64 of them.
template <class T, std::size_t N>
bool read_object(const param& p, const member<T> (&rules)[N], T& into) {
  static_assert(N <= 64);
  if (!p.value().is_object())
    return p.refuse("must be an object");
  std::uint64_t seen = 0;
  for (const auto& [name, value] : p.value().as_object()) {
    std::size_t i = 0;
    while (i < N && rules[i].name != name)
      ++i;
    const auto here = p.member(name, value);
    if (i == N)
      return here.refuse("is not known");
    seen |= std::uint64_t{1} << i;
    if (!rules[i].read(here, into))
      return false;
  }
  for (std::size_t i = 0; i < N; ++i)
    if (rules[i].needed == required && (seen >> i & 1) == 0)
      return p.member(rules[i].name, {}).refuse("is required");
  return true;
}

/// Reads the whole params of a request.
template <class T, std::size_t N>
decoded<T> decode(json_value params, const member<T> (&rules)[N]) {
  std::optional<params_flaw> flaw;
  decoded<T> request{T{}};
  if (!read_object(param{params, flaw}, rules, *request))
    request = *std::move(flaw);
  return request;
}

/// The same, and then `agree` looks whether the members fit together; false: it refused.
template <class T, std::size_t N, std::predicate<const param&, T&> Agree>
decoded<T> decode(json_value params, const member<T> (&rules)[N], Agree agree) {
  std::optional<params_flaw> flaw;
  decoded<T> request{T{}};
  const param whole{params, flaw};
  if (!read_object(whole, rules, *request) || !agree(whole, *request))
    request = *std::move(flaw);
  return request;
}

/// Params that must be empty.
struct no_params {};
decoded<no_params> decode_nothing(json_value params);

// -- values ---------------------------------------------------------------------------------------

inline constexpr std::size_t name_bytes_max = 200;

/// Both ends are allowed.
struct integer_range {
  std::int64_t least = 0;
  std::int64_t most = 0;
};

/// Durations of requests: up to ten years.
inline constexpr integer_range any_duration_ms{0, 315'360'000'000};
inline constexpr integer_range some_duration_ms{1, 315'360'000'000};
/// How much one page of a list holds.
inline constexpr integer_range page_limit{1, 10'000};
inline constexpr std::uint32_t page_limit_standard = 100;

/// 1 to 200 bytes without control characters (C0, DEL and C1).
bool is_name(std::string_view text);

bool read_name(const param& p, std::string& into);
bool read_text(const param& p, std::string& into);
bool read_boolean(const param& p, bool& into);
/// The text of any JSON value, byte for byte.
bool read_json(const param& p, std::string& into);
/// RFC 3339 as microseconds since the Unix epoch.
bool read_time(const param& p, std::int64_t& us);
/// Any finite number.
bool read_number(const param& p, double& into);
bool read_integer(const param& p, integer_range allowed, std::int64_t& into);

template <std::integral Int>
requires(!std::same_as<Int, std::int64_t>) bool read_integer(const param& p, integer_range allowed,
                                                             Int& into) {
  std::int64_t wide = 0;
  if (!read_integer(p, allowed, wide))
    return false;
  into = static_cast<Int>(wide);
  return true;
}
bool read_duration(const param& p, integer_range allowed_ms, engine::milliseconds& into);

/// An optional member, read by the function for its value.
template <class T>
bool read_name(const param& p, std::optional<T>& into) {
  return read_name(p, into.emplace());
}
template <class T>
bool read_text(const param& p, std::optional<T>& into) {
  return read_text(p, into.emplace());
}
template <class T>
bool read_json(const param& p, std::optional<T>& into) {
  return read_json(p, into.emplace());
}
template <class T>
bool read_integer(const param& p, integer_range allowed, std::optional<T>& into) {
  return read_integer(p, allowed, into.emplace());
}
template <class T>
bool read_duration(const param& p, integer_range allowed_ms, std::optional<T>& into) {
  return read_duration(p, allowed_ms, into.emplace());
}

/// Says what the word must be; false.
bool refuse_word(const param& p, std::span<const std::string_view> words);

/// A word of engine::job_state_words.
bool read_state(const param& p, engine::job_state& into);

/// One of a few words; `words` names them in the refusal.
template <class T, std::size_t N>
bool read_word(const param& p, const std::pair<std::string_view, T> (&words)[N], T& into) {
  std::string scratch;
  const auto text = p.value().as_string(scratch);
  for (const auto& [word, meaning] : words)
    if (word == text && p.value().is_string()) {
      into = meaning;
      return true;
    }
  std::array<std::string_view, N> names;
  for (std::size_t i = 0; i < N; ++i)
    names[i] = words[i].first;
  return refuse_word(p, names);
}

/// An array; `read` reads one element into a new T.
template <class T, class Read>
bool read_array(const param& p, std::vector<T>& into, Read read) {
  if (!p.value().is_array())
    return p.refuse("must be an array");
  // A guess at the number of elements: growing moves what is there, counting walks the text.
  into.reserve(std::min<std::size_t>(p.value().raw().size() / 64 + 1, 128));
  std::size_t index = 0;
  for (const json_value& element : p.value().as_array())
    if (!read(p.element(index++, element), into.emplace_back()))
      return false;
  return true;
}

} // namespace rota::protocol
