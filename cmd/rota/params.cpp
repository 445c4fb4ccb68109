#include "cmd/rota/params.hpp"

#include "json/text.hpp"

#include <algorithm>

namespace rota::client {

void write_value(json_writer& out, const std::string& text) { out.string(valid_utf8(text)); }
void write_value(json_writer& out, std::int64_t number) { out.integer(number); }
void write_value(json_writer& out, double number) { out.number(number); }
void write_value(json_writer& out, const std::vector<std::string>& texts) {
  out.begin_array();
  for (const std::string& text : texts)
    write_value(out, text);
  out.end_array();
}

void json_members::put_json(std::string_view name, std::string json) {
  const auto found = std::ranges::find(members_, name, &member::first);
  if (found == members_.end())
    members_.emplace_back(name, std::move(json));
  else
    found->second = std::move(json);
}

bool json_members::has(std::string_view name) const {
  return std::ranges::find(members_, name, &member::first) != members_.end();
}

void json_members::write(json_writer& out) const {
  for (const auto& [name, json] : members_)
    out.raw_member(name, json);
}

std::string json_members::object() const {
  std::string text;
  json_writer writer{text};
  writer.begin_object();
  write(writer);
  writer.end_object();
  return text;
}

json_value member_of(json_value object, std::string_view name) {
  return object.as_object().find(name).value_or(json_value{});
}

json_array array_in(json_value object, std::string_view name) {
  return member_of(object, name).as_array();
}

std::string text_in(json_value object, std::string_view name) {
  return member_of(object, name).as_string();
}

std::int64_t integer_in(json_value object, std::string_view name) {
  return member_of(object, name).as_int64().value_or(0);
}

} // namespace rota::client
