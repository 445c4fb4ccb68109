#include "json/write.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace rota {

namespace {

template <class Number>
void append_number(std::string& out, Number number) {
  std::array<char, 32> digits; // NOLINT(cppcoreguidelines-pro-type-member-init)
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

bool needs_escape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

void append_escaped(std::string& out, char c) {
  constexpr std::string_view hex = "0123456789abcdef";
  switch (c) {
  case '"': out += "\\\""; return;
  case '\\': out += "\\\\"; return;
  case '\b': out += "\\b"; return;
  case '\f': out += "\\f"; return;
  case '\n': out += "\\n"; return;
  case '\r': out += "\\r"; return;
  case '\t': out += "\\t"; return;
  default:
    out += "\\u00";
    out += hex[static_cast<unsigned char>(c) >> 4];
    out += hex[static_cast<unsigned char>(c) & 0xF];
  }
}

} // namespace

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  std::size_t plain = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!needs_escape(text[i]))
      continue;
    out.append(text.substr(plain, i - plain));
    append_escaped(out, text[i]);
    plain = i + 1;
  }
  out.append(text.substr(plain));
  out.push_back('"');
}

std::string to_json_string(std::string_view text) {
  std::string json;
  append_json_string(json, text);
  return json;
}

std::string escape_pointer_token(std::string_view name) {
  std::string token;
  for (const char c : name) {
    if (c == '~')
      token += "~0";
    else if (c == '/')
      token += "~1";
    else
      token += c;
  }
  return token;
}

void json_writer::separate() {
  if (comma_)
    out_.push_back(',');
  comma_ = true;
}

json_writer& json_writer::open(char bracket) {
  separate();
  out_.push_back(bracket);
  comma_ = false;
  return *this;
}

json_writer& json_writer::close(char bracket) {
  out_.push_back(bracket);
  comma_ = true;
  return *this;
}

json_writer& json_writer::key(std::string_view name) {
  separate();
  append_json_string(out_, name);
  out_.push_back(':');
  comma_ = false;
  return *this;
}

json_writer& json_writer::string(std::string_view text) {
  separate();
  append_json_string(out_, text);
  return *this;
}

json_writer& json_writer::integer(std::int64_t number) {
  separate();
  append_number(out_, number);
  return *this;
}

json_writer& json_writer::unsigned_integer(std::uint64_t number) {
  separate();
  append_number(out_, number);
  return *this;
}

json_writer& json_writer::number(double number) {
  if (!std::isfinite(number))
    return null();
  separate();
  append_number(out_, number);
  return *this;
}

json_writer& json_writer::boolean(bool truth) { return raw(truth ? "true" : "false"); }

json_writer& json_writer::null() { return raw("null"); }

json_writer& json_writer::raw(std::string_view json) {
  separate();
  out_.append(json);
  return *this;
}

} // namespace rota
