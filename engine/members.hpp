// The one description of a value: members(io, value) names its members in order, each with a rule
// that says what it may be. Every format is a visitor of that list: rows of the store, JSON in and
// out, the merging of settings, samples for tests, the reference of the protocol.
//
//   void members(auto& io, form_of<rate_settings> auto& s) {
//     io("per_second", s.per_second, required(numbers(rate_min, rate_max)));
//     io("burst", s.burst, numbers(1.0, rate_max));
//   }
//
// A list only grows, at its end: the place of a member is its number in the store. A member that
// isn't stored has the value of a default-constructed value, so a default is part of the format.
//
// agree(check, value), beside it, says how members depend on each other:
//
//   void agree(auto& check, const retry_settings& s) {
//     check(s.base <= s.max, {"max_ms", "base_ms"}, "makes base_ms greater than max_ms");
//   }
//
// The first of the named members that was given is the one at fault.
#pragma once
#include "engine/time.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

namespace rota::engine {

/// `T` is `Value`, const when it is only read.
template <class T, class Value>
concept form_of = std::same_as<std::remove_const_t<T>, Value>;

// -- what a member may be -------------------------------------------------------------------------

/// The type says it all: a boolean, a word, a time, a nested value, any text.
struct anything {};
/// Both ends are allowed.
struct integer_range {
  std::int64_t least;
  std::int64_t most;
};
/// Milliseconds; both ends are allowed.
struct duration_range {
  std::int64_t least_ms;
  std::int64_t most_ms;
};
/// For doubles and quantities. `least` itself is allowed unless it is `open`.
struct number_range {
  double least;
  double most;
  bool open = false;
};
/// 1 to 200 bytes without control characters.
struct name_text {};
/// JSON of any kind, kept byte for byte.
struct json_text {};
/// A JSON pointer (RFC 6901); empty: none.
struct pointer_text {};
/// W3C Trace Context, see trace_context.hpp.
struct traceparent_text {};
struct tracestate_text {};
/// One of a few words.
struct word_text {
  std::span<const std::string_view> words;
};
/// A boolean that is spelled as a word.
struct boolean_words {
  std::string_view if_true;
  std::string_view if_false;
};
/// An object's remaining members, as the text of a JSON object that the engine doesn't look into.
struct other_members {
  enum class of : std::uint8_t { type, executor } whose;
};

/// The range of a member, and when it is there.
template <class Range>
struct rule {
  Range range;
  bool required = false;      ///< In what a client sends.
  bool not_empty = false;     ///< Of a list.
  bool null_if_empty = false; ///< An empty text is written as null.
  bool omit_if_none = false;  ///< Left out of an answer instead of being null.
  bool asked = true;          ///< A client can send it.
  bool shown = true;          ///< An answer has it.
};

constexpr rule<integer_range> integers(std::int64_t least, std::int64_t most) {
  return {{least, most}};
}
constexpr rule<duration_range> durations(std::int64_t least_ms, std::int64_t most_ms) {
  return {{least_ms, most_ms}};
}
constexpr rule<number_range> numbers(double least, double most) { return {{least, most}}; }
constexpr rule<number_range> numbers_above(double least, double most) {
  return {{least, most, true}};
}

template <class Range>
constexpr rule<Range> required(rule<Range> r) {
  r.required = true;
  return r;
}
template <class Range>
constexpr rule<Range> not_empty(rule<Range> r) {
  r.not_empty = true;
  return r;
}
template <class Range>
constexpr rule<Range> null_if_empty(rule<Range> r) {
  r.null_if_empty = true;
  return r;
}
template <class Range>
constexpr rule<Range> omit_if_none(rule<Range> r) {
  r.omit_if_none = true;
  return r;
}
/// Clients send it, and no answer has it.
template <class Range>
constexpr rule<Range> asked_only(rule<Range> r) {
  r.shown = false;
  return r;
}
/// Neither sent nor answered: of the store alone.
template <class Range>
constexpr rule<Range> stored_only(rule<Range> r) {
  r.asked = r.shown = false;
  return r;
}

inline constexpr rule<anything> any_value{};
inline constexpr rule<name_text> a_name{};
inline constexpr rule<json_text> any_json{};

inline constexpr std::int64_t count_max = 1'000'000'000;
inline constexpr std::int64_t attempts_max = 1'000'000;
inline constexpr auto any_count = integers(0, count_max);

/// Ten years: longer than anything waits, far from any overflow in microseconds.
inline constexpr milliseconds duration_max{10LL * 365 * 24 * 3'600 * 1000};
inline constexpr auto any_duration = durations(0, duration_max.count());
inline constexpr auto some_duration = durations(1, duration_max.count());

// -- words ----------------------------------------------------------------------------------------

/// An enum whose words_of() names its values in their order: those of the wire, where it has any.
template <class T>
concept worded = std::is_enum_v<T> && requires(T value) {
  { words_of(value) } -> std::convertible_to<std::span<const std::string_view>>;
};

template <worded Enum>
constexpr std::string_view word_of(Enum value) {
  return words_of(value)[static_cast<std::size_t>(value)];
}
/// O(words).
template <worded Enum>
constexpr std::optional<Enum> from_word(std::string_view word) {
  const std::span<const std::string_view> words = words_of(Enum{});
  for (std::size_t i = 0; i < words.size(); ++i)
    if (words[i] == word)
      return static_cast<Enum>(i);
  return std::nullopt;
}

// -- visitors -------------------------------------------------------------------------------------

/// What every visitor has: a call for each member, and flat() for a value whose members are listed as
/// if they were the outer one's.
struct any_visitor {
  template <class T, class Range = anything>
  void operator()(std::string_view, T&, const rule<Range>& = {}) {}
  template <class T, class Range = anything>
  void flat(T&, const rule<Range>& = {}) {}
};

/// A value that has a list of members.
template <class T>
concept described = std::is_class_v<std::remove_const_t<T>> && requires(any_visitor io, T& value) {
  members(io, value);
};

} // namespace rota::engine
