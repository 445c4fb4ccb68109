// Reads what byte_writer wrote. Never reads outside its bytes and never trusts a length.
#pragma once
#include "persistence/formats/byte_writer.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rota::persistence {

/// After the first malformed value the reader has failed: it returns only zeros and empty texts,
/// and ok() stays false. A caller may therefore check once, at the end.
class byte_reader {
public:
  /// Reads from `bytes`, which must outlive the reader and the texts that it returns.
  explicit byte_reader(std::string_view bytes) : rest_(bytes) {}

  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty(); }
  std::size_t left() const { return rest_.size(); }
  void fail() {
    ok_ = false;
    rest_ = {};
  }

  std::uint8_t byte() {
    if (rest_.empty()) {
      fail();
      return 0;
    }
    const auto x = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return x;
  }

  std::uint64_t varint() { return number<std::uint64_t>(); }
  unsigned_wide wide_varint() { return number<unsigned_wide>(); }

  std::uint64_t fixed64() {
    const auto bytes = take(8);
    std::uint64_t x = 0;
    for (std::size_t i = bytes.size(); i-- > 0;)
      x = x << 8 | static_cast<unsigned char>(bytes[i]);
    return x;
  }

  /// Returns a view into the bytes.
  std::string_view text() { return take(varint()); }

  /// Returns a reader for a part written by begin_part() and end_part(), and skips it here.
  byte_reader part() {
    byte_reader inside{text()};
    inside.ok_ = ok_;
    return inside;
  }

private:
  std::string_view take(std::uint64_t length) {
    if (length > rest_.size()) {
      fail();
      return {};
    }
    const auto bytes = rest_.substr(0, static_cast<std::size_t>(length));
    rest_.remove_prefix(bytes.size());
    return bytes;
  }

  /// Refuses bits that do not fit and a last byte of zero, so that each number has one encoding.
  template <class Number>
  Number number() {
    constexpr unsigned bits = sizeof(Number) * 8;
    Number x = 0;
    for (unsigned shift = 0; shift < bits; shift += 7) {
      const auto b = byte();
      const Number part = b & 0x7F;
      const bool fits = shift + 7 <= bits || part >> (bits - shift) == 0;
      if (!fits || (b == 0 && shift > 0))
        break;
      x |= part << shift;
      if ((b & 0x80) == 0)
        return x;
    }
    fail();
    return 0;
  }

  std::string_view rest_;
  bool ok_ = true;
};

} // namespace rota::persistence
