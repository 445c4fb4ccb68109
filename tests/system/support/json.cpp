#include "tests/system/support/json.hpp"

#include "json/check.hpp"
#include "json/write.hpp"

#include <ostream>
#include <stdexcept>

namespace rota::tests {
namespace {

std::size_t size_of(json_value array) {
  std::size_t size = 0;
  for ([[maybe_unused]] const json_value& element : array.as_array())
    ++size;
  return size;
}

constexpr std::string_view anything = "...";

[[noreturn]] void fail(std::string_view what, std::string_view pointer, const std::string& whole) {
  throw std::runtime_error(std::string{what} + " at \"" + std::string{pointer} + "\" in " +
                           whole.substr(0, 2000));
}

/// Compares two values recursively and reports where the first difference is.
class comparison {
public:
  explicit comparison(captures* known) : known_(known) {}

  std::string difference(json_value expected, json_value actual, const std::string& path) {
    if (known_ != nullptr && expected.is_string()) {
      const auto text = expected.as_string();
      if (text == anything)
        return {};
      if (text.starts_with('$'))
        return captured(text, actual, path);
    }
    if (expected.kind() != actual.kind())
      return differs(expected, actual, path);
    switch (expected.kind()) {
    case json_kind::object: return objects(expected, actual, path);
    case json_kind::array: return arrays(expected, actual, path);
    case json_kind::string:
      return expected.as_string() == actual.as_string() ? "" : differs(expected, actual, path);
    case json_kind::number:
      return expected.raw() == actual.raw() || expected.as_double() == actual.as_double()
                 ? ""
                 : differs(expected, actual, path);
    case json_kind::null:
    case json_kind::boolean: break;
    }
    return expected.raw() == actual.raw() ? "" : differs(expected, actual, path);
  }

private:
  static std::string differs(json_value expected, json_value actual, const std::string& path) {
    return (path.empty() ? "the value" : path) + " is " + std::string{actual.raw()} + ", not " +
           std::string{expected.raw()};
  }

  std::string captured(const std::string& name, json_value actual, const std::string& path) {
    if (!actual.is_string())
      return path + " is no text for " + name;
    const auto [at, fresh] = known_->try_emplace(name, actual.as_string());
    return fresh || at->second == actual.as_string()
               ? ""
               : path + " is " + actual.as_string() + ", but " + name + " is " + at->second;
  }

  std::string objects(json_value expected, json_value actual, const std::string& path) {
    bool open = false;
    for (const auto& [name, value] : expected.as_object()) {
      if (known_ != nullptr && name == anything) {
        open = true;
        continue;
      }
      const auto member = path + '/' + std::string{name};
      const auto found = actual.as_object().find(name);
      if (!found)
        return member + " is missing in " + std::string{actual.raw()};
      if (auto inside = difference(value, *found, member); !inside.empty())
        return inside;
    }
    if (!open)
      for (const auto& [name, value] : actual.as_object())
        if (!expected.as_object().find(name))
          return path + '/' + std::string{name} + " isn't expected, it is " +
                 std::string{value.raw()};
    return {};
  }

  std::string arrays(json_value expected, json_value actual, const std::string& path) {
    if (size_of(expected) != size_of(actual))
      return differs(expected, actual, path);
    auto other = actual.as_array().begin();
    std::size_t index = 0;
    for (const json_value& element : expected.as_array()) {
      const auto inside = difference(element, *other, path + '/' + std::to_string(index++));
      if (!inside.empty())
        return inside;
      ++other;
    }
    return {};
  }

  captures* known_;
};

} // namespace

json::json(std::string text) : text_(std::move(text)) {
  if (const auto error = check_json(text_, {256}))
    fail("no JSON: " + error->reason, {}, text_);
}

json_value json::value_at(std::string_view pointer) const {
  const auto found = at_pointer(json_value{text_}, pointer);
  if (!found)
    fail("nothing", pointer, text_);
  return *found;
}

json json::at(std::string_view pointer) const { return json{value_at(pointer)}; }

bool json::has(std::string_view pointer) const {
  return at_pointer(json_value{text_}, pointer).has_value();
}

bool json::is_null(std::string_view pointer) const { return value_at(pointer).is_null(); }

std::string json::text(std::string_view pointer) const {
  const auto value = value_at(pointer);
  if (!value.is_string())
    fail("no text", pointer, text_);
  return value.as_string();
}

std::int64_t json::integer(std::string_view pointer) const {
  const auto value = value_at(pointer).as_int64();
  if (!value)
    fail("no integer", pointer, text_);
  return *value;
}

double json::number(std::string_view pointer) const {
  const auto value = value_at(pointer).as_double();
  if (!value)
    fail("no number", pointer, text_);
  return *value;
}

bool json::boolean(std::string_view pointer) const {
  const auto value = value_at(pointer).as_bool();
  if (!value)
    fail("neither true nor false", pointer, text_);
  return *value;
}

std::vector<json> json::elements(std::string_view pointer) const {
  const auto value = value_at(pointer);
  if (!value.is_array())
    fail("no array", pointer, text_);
  std::vector<json> out;
  for (const json_value& element : value.as_array())
    out.push_back(json{element});
  return out;
}

std::size_t json::size(std::string_view pointer) const {
  const auto value = value_at(pointer);
  if (!value.is_array())
    fail("no array", pointer, text_);
  return size_of(value);
}

std::vector<std::string> json::texts(std::string_view pointer) const {
  std::vector<std::string> out;
  for (const auto& element : elements(pointer))
    out.push_back(element.text());
  return out;
}

bool operator==(const json& a, const json& b) {
  return comparison{nullptr}.difference(json_value{a.raw()}, json_value{b.raw()}, {}).empty();
}

std::ostream& operator<<(std::ostream& out, const json& value) { return out << value.raw(); }

std::string difference(const json& expected, const json& actual, captures& known) {
  captures tried = known; // A failed match must not leave captures behind.
  auto found =
      comparison{&tried}.difference(json_value{expected.raw()}, json_value{actual.raw()}, {});
  if (found.empty())
    known = std::move(tried);
  return found;
}

std::string fill_in(std::string text, const captures& known) {
  for (const auto& [name, value] : known) {
    const auto from = json_string(name);
    const auto to = json_string(value);
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
  }
  return text;
}

std::string json_string(std::string_view text) { return to_json_string(text); }

} // namespace rota::tests
