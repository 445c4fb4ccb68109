#include "json/skip.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace rota {

namespace {

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// `at` is the opening quote; returns the position after the closing one. A quote ends the string if
// it is preceded by an even number of backslashes.
std::size_t skip_string(std::string_view text, std::size_t at) {
  const std::size_t first = at + 1;
  std::size_t from = first;
  while (true) {
    const std::size_t quote = text.find('"', from);
    if (quote == std::string_view::npos)
      return text.size();
    std::size_t before = quote;
    while (before > from && text[before - 1] == '\\')
      --before;
    if ((quote - before) % 2 == 0)
      return quote + 1;
    from = quote + 1;
  }
}

// The positions of quotes, backslashes and brackets in a block of 64 bytes, one bit per byte.
struct block_bits {
  std::uint64_t quotes = 0;
  std::uint64_t backslashes = 0;
  std::uint64_t opening = 0;
  std::uint64_t closing = 0;
};

constexpr std::size_t block_size = 64;

#if defined(__SSE2__)

block_bits classify(const char* block) {
  block_bits bits;
  for (std::size_t part = 0; part < block_size; part += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + part));
    const __m128i folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20)); // maps [ to { and ] to }
    const auto mask = [part](__m128i where, char c) {
      const int found = _mm_movemask_epi8(_mm_cmpeq_epi8(where, _mm_set1_epi8(c)));
      return static_cast<std::uint64_t>(static_cast<unsigned>(found)) << part;
    };
    bits.quotes |= mask(bytes, '"');
    bits.backslashes |= mask(bytes, '\\');
    bits.opening |= mask(folded, '{');
    bits.closing |= mask(folded, '}');
  }
  return bits;
}

#else

block_bits classify(const char* block) {
  block_bits bits;
  for (std::size_t i = 0; i < block_size; ++i) {
    const std::uint64_t bit = 1ULL << i;
    const char c = block[i];
    if (c == '"')
      bits.quotes |= bit;
    if (c == '\\')
      bits.backslashes |= bit;
    if (c == '{' || c == '[')
      bits.opening |= bit;
    if (c == '}' || c == ']')
      bits.closing |= bit;
  }
  return bits;
}

#endif

// The bytes escaped by a backslash before them. `carry`: the previous block ended in a backslash
// that escapes the first byte of this one.
std::uint64_t escaped_bytes(std::uint64_t backslashes, bool& carry) {
  std::uint64_t escaped = carry ? 1 : 0;
  std::uint64_t left = backslashes & ~escaped;
  carry = false;
  while (left != 0) {
    const int at = std::countr_zero(left);
    if (at == 63) {
      carry = true;
      return escaped;
    }
    escaped |= 2ULL << at;
    left &= ~(3ULL << at);
  }
  return escaped;
}

// Bit i of the result: whether the number of bits set at or below i is odd.
std::uint64_t parity_below(std::uint64_t bits) {
  for (int shift = 1; shift < 64; shift *= 2)
    bits ^= bits << shift;
  return bits;
}

// `at` is the opening bracket; returns the position after the closing one. Works in blocks of 64
// bytes, because large payloads are skipped several times on the way to a member.
std::size_t skip_container(std::string_view text, std::size_t at) {
  std::uint64_t depth = 0;
  std::uint64_t in_string = 0; // All ones if the block begins inside a string.
  bool escape_open = false;
  for (; at < text.size(); at += block_size) {
    std::array<char, block_size> tail{};
    const char* block = text.data() + at;
    if (text.size() - at < block_size) {
      std::memcpy(tail.data(), block, text.size() - at);
      block = tail.data();
    }
    const block_bits bits = classify(block);
    const std::uint64_t escaped = escaped_bytes(bits.backslashes, escape_open);
    const std::uint64_t strings = parity_below(bits.quotes & ~escaped) ^ in_string;
    in_string = (strings >> 63) != 0 ? ~0ULL : 0;
    const std::uint64_t opening = bits.opening & ~strings;
    std::uint64_t closing = bits.closing & ~strings;
    const auto closed = static_cast<std::uint64_t>(std::popcount(closing));
    if (closed < depth) {
      depth += static_cast<std::uint64_t>(std::popcount(opening)) - closed;
      continue;
    }
    // The end may be in this block: examine the depth before each closing bracket.
    for (std::uint64_t ended = 1; closing != 0; ++ended, closing &= closing - 1) {
      const int place = std::countr_zero(closing);
      const auto opened =
          static_cast<std::uint64_t>(std::popcount(opening & ((1ULL << place) - 1)));
      if (depth + opened <= ended)
        return at + static_cast<std::size_t>(place) + 1;
    }
    depth += static_cast<std::uint64_t>(std::popcount(opening)) - closed;
  }
  return text.size();
}

std::size_t skip_scalar(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] != ',' && text[at] != ']' && text[at] != '}' &&
         !is_space(text[at]))
    ++at;
  return at;
}

} // namespace

std::size_t skip_space(std::string_view text, std::size_t at) {
  while (at < text.size() && is_space(text[at]))
    ++at;
  return at;
}

std::size_t skip_value(std::string_view text, std::size_t at) {
  if (at >= text.size())
    return text.size();
  switch (text[at]) {
  case '"': return skip_string(text, at);
  case '{':
  case '[': return skip_container(text, at);
  default: return skip_scalar(text, at);
  }
}

} // namespace rota
