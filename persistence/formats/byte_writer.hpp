// Appends numbers and texts to a buffer in the format that byte_reader reads.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace rota::persistence {

__extension__ using unsigned_wide = unsigned __int128;
__extension__ using signed_wide = __int128;

/// Maps numbers of small magnitude to small unsigned ones: 0, -1, 1, -2, ...
constexpr std::uint64_t zigzag(std::int64_t x) {
  return (static_cast<std::uint64_t>(x) << 1) ^ static_cast<std::uint64_t>(x >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t x) {
  return static_cast<std::int64_t>((x >> 1) ^ (0 - (x & 1)));
}
constexpr unsigned_wide zigzag(signed_wide x) {
  return (static_cast<unsigned_wide>(x) << 1) ^ static_cast<unsigned_wide>(x >> 127);
}
constexpr signed_wide unzigzag(unsigned_wide x) {
  return static_cast<signed_wide>((x >> 1) ^ (0 - (x & 1)));
}

/// A varint has seven bits per byte, least significant first; the top bit is set if more follow.
class byte_writer {
public:
  /// Appends to `out`, which must outlive the writer.
  explicit byte_writer(std::string& out) : out_(out) {}

  void byte(std::uint8_t x) { out_.push_back(static_cast<char>(x)); }

  void varint(std::uint64_t x) {
    if (x < 0x80) {
      out_.push_back(static_cast<char>(x));
      return;
    }
    char bytes[10];
    out_.append(bytes, encode_varint(x, bytes));
  }
  void varint(unsigned_wide x) {
    char bytes[19];
    out_.append(bytes, encode_varint(x, bytes));
  }

  /// Appends eight bytes, least significant first.
  void fixed64(std::uint64_t x) {
    char bytes[8];
    for (auto& b : bytes) {
      b = static_cast<char>(x & 0xFF);
      x >>= 8;
    }
    out_.append(bytes, sizeof bytes);
  }

  /// Appends the length, then the text.
  void text(std::string_view x) {
    varint(std::uint64_t{x.size()});
    out_.append(x);
  }

  /// Opens a part preceded by its length, which end_part() fills in.
  std::size_t begin_part() {
    out_.push_back('\0'); // Most parts are short, so one byte is reserved for the length.
    return out_.size();
  }
  void end_part(std::size_t begin) {
    char bytes[10];
    const std::size_t length = out_.size() - begin;
    const std::size_t used = encode_varint(std::uint64_t{length}, bytes);
    if (used > 1)
      out_.insert(begin, used - 1, '\0');
    std::memcpy(out_.data() + begin - 1, bytes, used);
  }

private:
  template <class Number>
  static std::size_t encode_varint(Number x, char* to) {
    std::size_t used = 0;
    for (; x >= 0x80; x >>= 7)
      to[used++] = static_cast<char>(static_cast<unsigned>(x & 0x7F) | 0x80);
    to[used++] = static_cast<char>(x);
    return used;
  }

  std::string& out_;
};

} // namespace rota::persistence
