#include "cmd/protocol/json_slice.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace rota::protocol {

namespace {

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

std::size_t skip_space(std::string_view text, std::size_t at) {
  while (at < text.size() && is_space(text[at]))
    ++at;
  return at;
}

// `at` is the opening quote; returns the place after the closing one. A quote ends the string
// when an even number of backslashes stands before it.
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

// One bit for each of 64 bytes: where quotes, backslashes and brackets are.
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
    const __m128i folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20)); // [ as {, ] as }.
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

// The bytes that a backslash before them makes ordinary. `carry`: the block before ended in one
// that is still open.
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

// Bit i of the result: an odd number of bits is set at or below i.
std::uint64_t parity_below(std::uint64_t bits) {
  for (int shift = 1; shift < 64; shift *= 2)
    bits ^= bits << shift;
  return bits;
}

// `at` is the opening bracket; returns the place after the closing one. 64 bytes at a time, as
// large payloads are skipped more than once on the way down to a member.
std::size_t skip_container(std::string_view text, std::size_t at) {
  std::uint64_t depth = 0;
  std::uint64_t in_string = 0; // All ones while the block begins inside a string.
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
    // The end may be in this block: look at the depth before each closing bracket.
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
         !is_space(text[at])) {
    ++at;
  }
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

// The value at the start of `rest`, which then begins after the value and a comma.
json_value take_value(std::string_view& rest) {
  const std::size_t begin = skip_space(rest, 0);
  const std::size_t end = skip_value(rest, begin);
  const json_value value{rest.substr(begin, end - begin)};
  std::size_t next = skip_space(rest, end);
  if (next < rest.size())
    ++next;
  rest.remove_prefix(next);
  return value;
}

bool only_space(std::string_view text) { return skip_space(text, 0) == text.size(); }

unsigned hex4(std::string_view text, std::size_t at) {
  unsigned value = 0;
  if (at + 4 <= text.size())
    std::from_chars(&text[at], &text[at] + 4, value, 16);
  return value;
}

void append_utf8(std::string& out, unsigned code) {
  const auto put = [&](unsigned byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6));
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | ((code >> 18) & 0x07));
    put(0x80 | ((code >> 12) & 0x3F));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

// `at` is the u of a \u escape; returns the place after it, or after the pair that it begins.
std::size_t unescape_unicode(std::string_view text, std::size_t at, std::string& out) {
  unsigned code = hex4(text, at + 1);
  std::size_t next = at + 5;
  if (code >= 0xD800 && code < 0xDC00 && next + 6 <= text.size()) {
    code = 0x10000 + ((code - 0xD800) << 10) + ((hex4(text, next + 2) - 0xDC00) & 0x3FF);
    next += 6;
  }
  append_utf8(out, code);
  return next;
}

void unescape(std::string_view text, std::string& out) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t backslash = std::min(text.find('\\', at), text.size());
    out.append(text.substr(at, backslash - at));
    at = backslash + 1;
    if (at >= text.size())
      return;
    switch (const char c = text[at]) {
    case 'b': out.push_back('\b'); break;
    case 'f': out.push_back('\f'); break;
    case 'n': out.push_back('\n'); break;
    case 'r': out.push_back('\r'); break;
    case 't': out.push_back('\t'); break;
    case 'u': at = unescape_unicode(text, at, out); continue;
    default: out.push_back(c);
    }
    ++at;
  }
}

// What stands between the first and the last byte.
std::string_view inside_of(std::string_view raw) {
  return raw.size() < 2 ? std::string_view{} : raw.substr(1, raw.size() - 2);
}

std::string_view unescaped(std::string_view inside, std::string& scratch) {
  if (inside.find('\\') == std::string_view::npos)
    return inside;
  scratch.clear();
  unescape(inside, scratch);
  return scratch;
}

} // namespace

json_value::json_value(std::string_view text) {
  const std::size_t begin = skip_space(text, 0);
  std::size_t end = text.size();
  while (end > begin && is_space(text[end - 1]))
    --end;
  raw_ = text.substr(begin, end - begin);
}

json_kind json_value::kind() const {
  switch (raw_.empty() ? 'n' : raw_.front()) {
  case 'n': return json_kind::null;
  case 't':
  case 'f': return json_kind::boolean;
  case '"': return json_kind::string;
  case '[': return json_kind::array;
  case '{': return json_kind::object;
  default: return json_kind::number;
  }
}

std::optional<std::int64_t> json_value::as_int64() const {
  std::int64_t number = 0;
  const char* end = raw_.data() + raw_.size();
  const auto [stop, error] = std::from_chars(raw_.data(), end, number);
  if (error != std::errc{} || stop != end)
    return std::nullopt;
  return number;
}

std::optional<double> json_value::as_double() const {
  if (!is_number())
    return std::nullopt;
  double number = 0;
  const char* end = raw_.data() + raw_.size();
  const auto [stop, error] = std::from_chars(raw_.data(), end, number);
  if (error != std::errc{} || stop != end)
    return std::nullopt;
  return number;
}

std::optional<bool> json_value::as_bool() const {
  if (!is_bool())
    return std::nullopt;
  return raw_.front() == 't';
}

std::string json_value::as_string() const {
  std::string text;
  if (is_string())
    unescape(inside_of(raw_), text);
  return text;
}

std::string_view json_value::as_string(std::string& scratch) const {
  return is_string() ? unescaped(inside_of(raw_), scratch) : std::string_view{};
}

json_array json_value::as_array() const {
  return json_array{is_array() ? inside_of(raw_) : std::string_view{}};
}

json_object json_value::as_object() const {
  return json_object{is_object() ? inside_of(raw_) : std::string_view{}};
}

json_array::iterator::iterator(std::string_view inside) : rest_(inside) { step(); }

json_array::iterator& json_array::iterator::operator++() {
  step();
  return *this;
}

void json_array::iterator::step() {
  ended_ = only_space(rest_);
  if (!ended_)
    value_ = take_value(rest_);
}

std::size_t json_array::size() const {
  std::size_t count = 0;
  for (auto at = begin(); !(at == end()); ++at)
    ++count;
  return count;
}

json_object::iterator::iterator(std::string_view inside) : rest_(inside) { step(); }

json_object::iterator& json_object::iterator::operator++() {
  step();
  return *this;
}

void json_object::iterator::step() {
  ended_ = only_space(rest_);
  if (ended_)
    return;
  const std::string_view name = take_value(rest_).raw(); // Takes the colon like a comma.
  member_.name = unescaped(inside_of(name), unescaped_);
  member_.value = take_value(rest_);
}

std::optional<json_value> json_object::find(std::string_view name) const {
  for (const auto& [member, value] : *this) {
    if (member == name)
      return value;
  }
  return std::nullopt;
}

namespace {

std::optional<json_value> element_at(json_value array, std::string_view token) {
  std::size_t index = 0;
  const char* end = token.data() + token.size();
  const auto [stop, error] = std::from_chars(token.data(), end, index);
  if (error != std::errc{} || stop != end || (token.size() > 1 && token.front() == '0')) {
    return std::nullopt;
  }
  for (const json_value element : array.as_array()) {
    if (index-- == 0)
      return element;
  }
  return std::nullopt;
}

// ~1 stands for / and ~0 for ~.
std::string unescape_token(std::string_view token) {
  std::string name;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '~') {
      name.push_back(token[i]);
    } else {
      ++i;
      name.push_back(token[i] == '1' ? '/' : '~');
    }
  }
  return name;
}

} // namespace

bool is_json_pointer(std::string_view pointer) {
  if (!pointer.empty() && pointer.front() != '/')
    return false;
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] != '~')
      continue;
    if (i + 1 == pointer.size() || (pointer[i + 1] != '0' && pointer[i + 1] != '1'))
      return false;
  }
  return true;
}

std::optional<json_value> at_pointer(json_value value, std::string_view pointer) {
  if (!is_json_pointer(pointer))
    return std::nullopt;
  std::optional<json_value> found = value;
  while (found && !pointer.empty()) {
    pointer.remove_prefix(1);
    const std::size_t length = std::min(pointer.find('/'), pointer.size());
    const std::string_view token = pointer.substr(0, length);
    pointer.remove_prefix(length);
    found = found->is_array() ? element_at(*found, token)
                              : found->as_object().find(unescape_token(token));
  }
  return found;
}

} // namespace rota::protocol
