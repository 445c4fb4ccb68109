#include "tests/system/support/schema.hpp"

#include "json/write.hpp"

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace rota::tests {
namespace {

json method_in(const json& openrpc, const std::string& name) {
  for (const auto& method : openrpc.elements("/methods"))
    if (method.text("/name") == name)
      return method;
  throw std::runtime_error("the document has no method " + name);
}

std::string type_of(const json& value) {
  switch (json_value{value.raw()}.kind()) {
  case json_kind::null: return "null";
  case json_kind::boolean: return "boolean";
  case json_kind::number: return "number";
  case json_kind::string: return "string";
  case json_kind::array: return "array";
  case json_kind::object: break;
  }
  return "object";
}

std::vector<std::string> types_of(const json& schema) {
  const auto type = schema.at("/type");
  return type_of(type) == "array" ? type.texts() : std::vector{type.text()};
}

bool is_of(const std::string& type, const json& value) {
  const auto is = type_of(value);
  return is == type ||
         (type == "integer" && is == "number" && json_value{value.raw()}.as_int64().has_value());
}

std::string bounds_mismatch(const json& schema, const json& value) {
  if (type_of(value) != "number")
    return {};
  if (schema.has("/minimum") && value.number() < schema.number("/minimum"))
    return " is below the minimum";
  if (schema.has("/exclusiveMinimum") && value.number() <= schema.number("/exclusiveMinimum"))
    return " is not above the minimum";
  if (schema.has("/maximum") && value.number() > schema.number("/maximum"))
    return " is above the maximum";
  return {};
}

std::string member_mismatch(const json& schema, const json& value) {
  if (!schema.has("/properties"))
    return {};
  for (const auto& name : schema.texts("/required"))
    if (!value.has('/' + name))
      return '/' + name + " is missing";
  for (const auto& [name, member] : json_value{value.raw()}.as_object()) {
    const auto pointer = "/properties/" + escape_pointer_token(name);
    if (!schema.has(pointer))
      return '/' + std::string{name} + " is unknown";
    if (auto why = mismatch(schema.at(pointer), json{std::string{member.raw()}}); !why.empty())
      return '/' + std::string{name} + why;
  }
  return {};
}

} // namespace

json result_schema(const json& openrpc, const std::string& method) {
  return method_in(openrpc, method).at("/result/schema");
}

json params_schema(const json& openrpc, const std::string& method) {
  std::string text;
  json_writer out{text};
  std::vector<std::string> required;
  out.begin_object().member("type", "object").key("properties").begin_object();
  for (const auto& param : method_in(openrpc, method).elements("/params")) {
    out.raw_member(param.text("/name"), param.at("/schema").raw());
    if (param.boolean("/required"))
      required.push_back(param.text("/name"));
  }
  out.end_object().key("required").begin_array();
  for (const auto& name : required)
    out.string(name);
  out.end_array().end_object();
  return json{text};
}

std::string mismatch(const json& schema, const json& value) {
  if (schema.has("/type")) {
    const auto types = types_of(schema);
    if (std::none_of(types.begin(), types.end(),
                     [&](const std::string& type) { return is_of(type, value); }))
      return " is " + type_of(value);
  }
  if (schema.has("/enum")) {
    const auto words = schema.elements("/enum");
    if (std::find(words.begin(), words.end(), value) == words.end())
      return " is none of the words";
  }
  if (auto why = bounds_mismatch(schema, value); !why.empty())
    return why;
  if (type_of(value) == "array" && schema.has("/items")) {
    std::size_t index = 0;
    for (const auto& element : value.elements()) {
      if (auto why = mismatch(schema.at("/items"), element); !why.empty())
        return '/' + std::to_string(index) + why;
      ++index;
    }
  }
  return type_of(value) == "object" ? member_mismatch(schema, value) : std::string{};
}

} // namespace rota::tests
