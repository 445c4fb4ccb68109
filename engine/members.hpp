// The only description of a value: members(io, value) lists its members in order, each with a rule
// that defines its permitted values. Every format is a visitor of that list: rows of the store,
// JSON in and out, merging of settings, samples for tests, the protocol reference.
//
//   void members(auto& io, form_of<rate_settings> auto& s) {
//     io("per_second", s.per_second, required(numbers(rate_min, rate_max)));
//     io("burst", s.burst, numbers(1.0, rate_max));
//   }
//
// New members are added at the end only: a member's place is its number in the store. A member that
// is not stored has the value of a default-constructed value, so defaults are part of the format.
//
// agree(check, value), beside it, states how members depend on each other:
//
//   void agree(auto& check, const retry_settings& s) {
//     check(s.base <= s.max, {"max_ms", "base_ms"}, "makes base_ms greater than max_ms");
//   }
//
// The first of the named members that the client gave is the one at fault.
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

/// `T` is `Value`, or const `Value` when it is only read.
template <class T, class Value>
concept form_of = std::same_as<std::remove_const_t<T>, Value>;

// -- rules ----------------------------------------------------------------------------------------

/// No further restriction beyond the type: a boolean, a word, a time, a nested value, any text.
struct anything {};
/// Both ends are included.
struct integer_range {
  std::int64_t least;
  std::int64_t most;
};
/// Milliseconds; both ends are included.
struct duration_range {
  std::int64_t least_ms;
  std::int64_t most_ms;
};
/// For doubles and quantities. `least` is included unless the range is `open`.
struct number_range {
  double least;
  double most;
  bool open = false;
};
/// 1 to 200 bytes without control characters.
struct name_text {};
/// Any JSON, kept byte for byte.
struct json_text {};
/// A JSON pointer (RFC 6901); empty: none.
struct pointer_text {};
/// W3C Trace Context, see trace_context.hpp.
struct traceparent_text {};
struct tracestate_text {};
/// One of a fixed set of words.
struct word_text {
  std::span<const std::string_view> words;
};
/// A boolean written as one of two words.
struct boolean_words {
  std::string_view if_true;
  std::string_view if_false;
};
/// An object's remaining members, as the text of a JSON object that the engine does not interpret.
struct other_members {
  enum class of : std::uint8_t { type, executor } whose;
};

/// A member's range, and where the member appears.
template <class Range>
struct rule {
  Range range;
  bool required = false;      ///< A client must send it.
  bool not_empty = false;     ///< For lists.
  bool null_if_empty = false; ///< An empty text is written as null.
  bool omit_if_none = false;  ///< Omitted from answers instead of null.
  bool asked = true;          ///< Clients may send it.
  bool shown = true;          ///< Answers contain it.
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
/// Neither sent nor answered; exists only in the store.
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

/// Ten years: longer than any wait, and far from overflowing microseconds.
inline constexpr milliseconds duration_max{10LL * 365 * 24 * 3'600 * 1000};
inline constexpr auto any_duration = durations(0, duration_max.count());
inline constexpr auto positive_duration = durations(1, duration_max.count());

// -- words ----------------------------------------------------------------------------------------

/// An enum whose words_of() lists the words for its values in order, as used on the wire if they
/// appear there.
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

/// What every visitor provides: a call operator for members, and flat() for a value whose members
/// are listed as if they belonged to the outer one.
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

/// Lists the members of a value that exists only in the store: they have neither names nor rules.
void stored_members(auto& io, auto&... all) { (io({}, all), ...); }

/// A base for visitors of type `Visitor` that visit the members of a flat() value like those of the
/// outer one. An optional value (engine/boxed.hpp) is a single member without a name; a visitor that
/// treats it differently adds an overload and `using flat_members<Visitor>::flat`.
template <class Visitor>
struct flat_members {
  template <class M, class Range = anything>
  void flat(M& inner, const rule<Range>& r = {}) {
    auto& visitor = static_cast<Visitor&>(*this);
    if constexpr (described<M>)
      members(visitor, inner);
    else
      visitor({}, inner, r);
  }
};

} // namespace rota::engine
