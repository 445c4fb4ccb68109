// Encodes values by their lists of members (engine/members.hpp). A described value is a mask of the
// members that differ from a default-constructed value, followed by these members:
//
//   value = mask, member, member, ...
//
// A new member at the end of a list is therefore no new format: older bytes do not have it. An
// older program refuses bytes that have it and reports that, instead of dropping what it cannot
// read. Any other change is a new format: raise format_version, keep reading the old one, add
// fixtures.
#pragma once
#include "engine/boxed.hpp"
#include "engine/default_members.hpp"
#include "engine/ids.hpp"
#include "engine/members.hpp"
#include "engine/quantity.hpp"
#include "engine/time.hpp"
#include "engine/trace_context.hpp"
#include "engine/virtual_time.hpp"
#include "persistence/formats/byte_reader.hpp"
#include "persistence/formats/byte_writer.hpp"
#include "persistence/formats/format_version.hpp"

#include <bit>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rota::persistence {

using engine::default_members;
using engine::defaults_of;
using engine::form_of;
using engine::members_max;
using engine::stored_members;

class encoder {
public:
  explicit encoder(byte_writer& out) : out_(out) {}

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
  template <engine::worded Word>
  void put(Word x) {
    out_.byte(static_cast<std::uint8_t>(x));
  }
  /// Delta-encoded, because the serials of one attempt are close together.
  void put(const std::vector<engine::serial>& serials) {
    out_.varint(std::uint64_t{serials.size()});
    std::uint64_t before = 0;
    for (const auto s : serials) {
      out_.varint(zigzag(static_cast<std::int64_t>(s.value - before)));
      before = s.value;
    }
  }
  template <engine::described T>
  void put(const std::vector<T>& values) {
    out_.varint(std::uint64_t{values.size()});
    for (const auto& value : values)
      put(value);
  }
  template <engine::described T>
  void put(const T& value) {
    changed_members<T> changed;
    members(changed, value);
    out_.varint(changed.mask);
    member_writer writer{{}, *this, changed.mask};
    members(writer, value);
  }

private:
  /// Determines the members that differ from their defaults.
  template <class T>
  struct changed_members : engine::flat_members<changed_members<T>> {
    template <class M, class Range = engine::anything>
    void operator()(std::string_view, const M& member, const engine::rule<Range>& = {}) {
      mask |= std::uint64_t{!(member == plain_.template at<M>(place_))} << place_;
      ++place_;
    }
    std::uint64_t mask = 0;

  private:
    const default_members<T>& plain_ = defaults_of<T>();
    std::size_t place_ = 0;
  };

  struct member_writer : engine::flat_members<member_writer> {
    template <class M, class Range = engine::anything>
    void operator()(std::string_view, const M& member, const engine::rule<Range>& = {}) {
      if ((left & 1) != 0)
        out.put_set(member);
      left >>= 1;
    }
    encoder& out;
    std::uint64_t left; ///< The mask's bits, starting with this member.
  };

  /// Writes a member that is in the mask; an optional one has a value here.
  void put_set(const auto& x) { put(x); }
  void put_set(const engine::may_be_absent auto& x) { put(*x); }

  byte_writer& out_;
};

class decoder {
public:
  explicit decoder(byte_reader& in) : in_(in) {}

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
  template <engine::worded Word>
  void get(Word& x) {
    const auto b = in_.byte();
    expect(b < words_of(Word{}).size());
    x = in_.ok() ? static_cast<Word>(b) : Word{};
  }
  void get(std::vector<engine::serial>& serials) {
    std::uint64_t before = 0;
    get_all(serials, [&](engine::serial& s) {
      before += static_cast<std::uint64_t>(unzigzag(in_.varint()));
      s = {before};
    });
  }
  template <engine::described T>
  void get(std::vector<T>& values) {
    get_all(values, [&](T& value) { get(value); });
  }
  template <engine::described T>
  void get(T& value) {
    const auto& all = defaults_of<T>();
    value = all.value();
    const auto mask = in_.varint();
    expect(mask <= std::numeric_limits<std::uint64_t>::max() >> (members_max - all.count()));
    member_reader reader{{}, *this, mask};
    members(reader, value);
  }

private:
  struct member_reader : engine::flat_members<member_reader> {
    template <class M, class Range = engine::anything>
    void operator()(std::string_view, M& member, const engine::rule<Range>& r = {}) {
      if ((left & 1) != 0)
        in.get_set(member, r.range);
      left >>= 1;
    }
    decoder& in;
    std::uint64_t left;
  };

  void expect(bool holds) {
    if (!holds)
      in_.fail();
  }

  template <class T, class Get>
  void get_all(std::vector<T>& values, Get get_one) {
    const auto count = in_.varint();
    expect(count <= in_.left()); // Each value takes at least one byte.
    values.clear();
    for (std::uint64_t i = 0; i < count && in_.ok(); ++i)
      get_one(values.emplace_back());
  }

  void get_set(auto& x, const auto& range) {
    get(x);
    check(x, range);
  }
  void get_set(engine::may_be_absent auto& x, const auto& range) { get_set(x.emplace(), range); }

  // Checks only what the engine relies on: it divides by some numbers, and extracts a trace's id
  // from its text. Other ranges are not checked, so that narrowing one never makes an old store
  // unreadable.
  void check(const auto&, const auto&) {}
  void check(const std::integral auto& x, const engine::integer_range& range) {
    expect(x > 0 || range.least <= 0);
  }
  void check(double x, const engine::number_range& range) { expect(x > 0 || range.least <= 0); }
  void check(engine::micro x, const engine::number_range& range) {
    expect(x.value > 0 || range.least <= 0);
  }
  void check(const std::string& x, const engine::traceparent_text&) {
    expect(engine::is_traceparent(x));
  }

  byte_reader& in_;
};

/// Appends the encoding of one value.
template <class T>
void encode_value(byte_writer& out, const T& value) {
  encoder{out}.put(value);
}

/// Reads one value. If it was malformed, in.ok() is false.
template <class T>
T decode_value(byte_reader& in) {
  T value{};
  decoder{in}.get(value);
  return value;
}

} // namespace rota::persistence
