// One description of each value serves writing and reading: fields(io, value) names the members in
// the order of the bytes, and `io` is an encoder or a decoder. So both always agree.
//
// Version 1 of the format. Changing what fields() names or in which order, or a plain value, is a
// new version: raise format_version, keep reading the old one, add fixtures. Not so a new member at
// the end of a sparse list, or a new kind of record: what is written already doesn't have them. An
// older program refuses bytes that have them, and says so, instead of dropping what it doesn't know.
#pragma once
#include "engine/events.hpp"
#include "engine/ids.hpp"
#include "engine/job.hpp"
#include "engine/quantity.hpp"
#include "engine/settings.hpp"
#include "engine/time.hpp"
#include "engine/virtual_time.hpp"
#include "persistence/formats/byte_reader.hpp"
#include "persistence/formats/byte_writer.hpp"

#include <bit>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace rota::persistence {

inline constexpr std::uint8_t format_version = 1;

/// The last value of each enum: what lies above is refused.
constexpr auto last_of(engine::job_state) { return engine::job_state::cancelled; }
constexpr auto last_of(engine::delay_reason) { return engine::delay_reason::deferred; }
constexpr auto last_of(engine::try_kind) { return engine::try_kind::released; }
constexpr auto last_of(engine::dedup_policy) { return engine::dedup_policy::replace; }
constexpr auto last_of(engine::cost_unit) { return engine::cost_unit::runtime; }
constexpr auto last_of(engine::setting_kind) { return engine::setting_kind::executor; }

/// `T` is `Value`, const when it is written.
template <class T, class Value>
concept form_of = std::same_as<std::remove_const_t<T>, Value>;

class encoder {
public:
  explicit encoder(byte_writer& out) : out_(out) {}

  template <class... T>
  void operator()(const T&... values) {
    (put(values), ...);
  }

  /// Only those members that differ from `plain`, after a mask that tells which.
  template <class T, class... Members>
  void sparse(const T& value, const T& plain, Members T::*... members) {
    static_assert(sizeof...(Members) <= 64);
    std::uint64_t mask = 0;
    std::uint64_t bit = 1;
    ((mask |= value.*members == plain.*members ? 0 : bit, bit <<= 1), ...);
    out_.varint(mask);
    bit = 1;
    (((mask & bit) != 0 ? put_set(value.*members) : void(), bit <<= 1), ...);
  }

  /// A time by its distance from another one that both sides know.
  void since(engine::time_point base, engine::time_point t) {
    out_.varint(zigzag(distance(base, t)));
  }

  /// What only a reader has to look at.
  void expect(bool) {}

private:
  static std::int64_t distance(engine::time_point from, engine::time_point to) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(to_us(to)) -
                                     static_cast<std::uint64_t>(to_us(from)));
  }

  void put(bool x) { out_.byte(x ? 1 : 0); }
  void put(const std::unsigned_integral auto& x) { out_.varint(std::uint64_t{x}); }
  void put(const std::signed_integral auto& x) { out_.varint(zigzag(std::int64_t{x})); }
  void put(double x) { out_.fixed64(std::bit_cast<std::uint64_t>(x)); }
  void put(const std::string& x) { out_.text(x); }
  void put(engine::milliseconds x) { put(x.count()); }
  void put(engine::time_point x) { put(to_us(x)); }
  void put(engine::micro x) { put(x.value); }
  void put(engine::serial x) { put(x.value); }
  void put(engine::queue_number x) { put(x.value); }
  void put(engine::virtual_time x) { out_.varint(zigzag(signed_wide{x.units})); }
  /// Each by its distance from the one before: those of one attempt lie close together.
  void put(const std::vector<engine::serial>& serials) {
    out_.varint(std::uint64_t{serials.size()});
    std::uint64_t before = 0;
    for (const auto s : serials) {
      out_.varint(zigzag(static_cast<std::int64_t>(s.value - before)));
      before = s.value;
    }
  }
  template <class T>
  void put(const std::optional<T>& x) {
    put(x.has_value());
    if (x)
      put(*x);
  }
  template <class T>
  void put(const T& x) {
    if constexpr (std::is_enum_v<T>)
      out_.byte(static_cast<std::uint8_t>(x));
    else
      fields(*this, x);
  }

  /// A member that is there: an optional has a value then.
  template <class T>
  void put_set(const T& x) {
    put(x);
  }
  template <class T>
  void put_set(const std::optional<T>& x) {
    put(x.value());
  }

  byte_writer& out_;
};

class decoder {
public:
  explicit decoder(byte_reader& in) : in_(in) {}

  template <class... T>
  void operator()(T&... values) {
    (get(values), ...);
  }

  template <class T, class... Members>
  void sparse(T& value, const T& plain, Members T::*... members) {
    value = plain;
    const auto mask = in_.varint();
    constexpr auto unused = 64 - sizeof...(Members);
    expect(mask <= std::numeric_limits<std::uint64_t>::max() >> unused);
    std::uint64_t bit = 1;
    (((mask & bit) != 0 ? get_set(value.*members) : void(), bit <<= 1), ...);
  }

  void since(engine::time_point base, engine::time_point& t) {
    const auto us = static_cast<std::uint64_t>(to_us(base)) +
                    static_cast<std::uint64_t>(unzigzag(in_.varint()));
    t = engine::from_us(static_cast<std::int64_t>(us));
  }

  void expect(bool holds) {
    if (!holds)
      in_.fail();
  }

private:
  void get(bool& x) {
    const auto b = in_.byte();
    expect(b <= 1);
    x = b == 1;
  }
  template <std::unsigned_integral T>
  void get(T& x) {
    const auto wide = in_.varint();
    expect(wide <= std::numeric_limits<T>::max());
    x = static_cast<T>(wide);
  }
  template <std::signed_integral T>
  void get(T& x) {
    const auto wide = unzigzag(in_.varint());
    expect(wide >= std::numeric_limits<T>::min() && wide <= std::numeric_limits<T>::max());
    x = static_cast<T>(wide);
  }
  void get(double& x) {
    x = std::bit_cast<double>(in_.fixed64());
    expect(std::isfinite(x));
  }
  void get(std::string& x) { x.assign(in_.text()); }
  void get(engine::milliseconds& x) { x = engine::milliseconds{unzigzag(in_.varint())}; }
  void get(engine::time_point& x) { x = engine::from_us(unzigzag(in_.varint())); }
  void get(engine::micro& x) { get(x.value); }
  void get(engine::serial& x) { get(x.value); }
  void get(engine::queue_number& x) { get(x.value); }
  void get(engine::virtual_time& x) { x.units = unzigzag(in_.wide_varint()); }
  void get(std::vector<engine::serial>& serials) {
    const auto count = in_.varint();
    expect(count <= in_.left()); // Each takes a byte or more.
    serials.clear();
    if (!in_.ok())
      return;
    serials.reserve(static_cast<std::size_t>(count));
    std::uint64_t before = 0;
    for (std::uint64_t i = 0; i < count && in_.ok(); ++i) {
      before += static_cast<std::uint64_t>(unzigzag(in_.varint()));
      serials.push_back({before});
    }
  }
  template <class T>
  void get(std::optional<T>& x) {
    bool there = false;
    get(there);
    x.reset();
    if (there)
      get(x.emplace());
  }
  template <class T>
  void get(T& x) {
    if constexpr (std::is_enum_v<T>) {
      const auto b = in_.byte();
      expect(b <= static_cast<std::uint8_t>(last_of(T{})));
      x = in_.ok() ? static_cast<T>(b) : T{};
    } else {
      fields(*this, x);
    }
  }

  template <class T>
  void get_set(T& x) {
    get(x);
  }
  template <class T>
  void get_set(std::optional<T>& x) {
    get(x.emplace());
  }

  byte_reader& in_;
};

/// Appends one value.
template <class T>
void encode_value(byte_writer& out, const T& value) {
  encoder io{out};
  io(value);
}

/// Reads one value; in.ok() tells whether it is one.
template <class T>
T decode_value(byte_reader& in) {
  T value{};
  decoder io{in};
  io(value);
  return value;
}

} // namespace rota::persistence
