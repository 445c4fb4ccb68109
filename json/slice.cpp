#include "json/slice.hpp"

#include "json/skip.hpp"
#include "json/text.hpp"

#include <algorithm>
#include <charconv>

namespace rota {

namespace {

// Returns the value at the start of `rest`, and removes it and a following comma from `rest`.
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

// `at` is the u of a \u escape; returns the position after it, or after its surrogate pair.
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

// `raw` without its first and last byte.
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
  const std::size_t last = text.find_last_not_of(" \n\r\t");
  const std::size_t end = last == std::string_view::npos ? begin : last + 1;
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

std::optional<std::int64_t> json_value::as_int64() const { return number_in<std::int64_t>(raw_); }

std::optional<double> json_value::as_double() const {
  return is_number() ? number_in<double>(raw_) : std::nullopt;
}

std::optional<bool> json_value::as_bool() const {
  return is_bool() ? std::optional{raw_.front() == 't'} : std::nullopt;
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

json_array::iterator& json_array::iterator::operator++() {
  ended_ = only_space(rest_);
  if (!ended_)
    value_ = take_value(rest_);
  return *this;
}

json_object::iterator& json_object::iterator::operator++() {
  ended_ = only_space(rest_);
  if (ended_)
    return *this;
  const std::string_view name = take_value(rest_).raw(); // also skips the colon, like a comma
  member_.name = unescaped(inside_of(name), unescaped_);
  member_.value = take_value(rest_);
  return *this;
}

std::optional<json_value> json_object::find(std::string_view name) const {
  for (const auto& [member, value] : *this) {
    if (member == name)
      return value;
  }
  return std::nullopt;
}

} // namespace rota
