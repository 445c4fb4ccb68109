#include "bench/sim/pointer_change.hpp"
#include "bench/sim/scenario.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <charconv>
#include <optional>

namespace rota::bench {
namespace {

namespace json = boost::json;

json::value parsed(std::string_view text, const std::string& where) {
  boost::system::error_code error;
  auto value = json::parse({text.data(), text.size()}, error);
  if (error)
    throw scenario_error(where, "is not valid JSON");
  return value;
}

std::optional<std::size_t> number_in(const std::string& token) {
  std::size_t number = 0;
  const auto* end = token.data() + token.size();
  const auto [stopped, error] = std::from_chars(token.data(), end, number);
  return error == std::errc{} && stopped == end ? std::optional{number} : std::nullopt;
}

bool is_named(const json::value& element, const std::string& name) {
  const auto* object = element.if_object();
  const auto* found = object ? object->if_contains("name") : nullptr;
  const auto* text = found ? found->if_string() : nullptr;
  return text && std::string_view{text->data(), text->size()} == name;
}

json::value* element_of(json::array& elements, const std::string& token) {
  for (auto& element : elements)
    if (is_named(element, token))
      return &element;
  const auto number = number_in(token);
  return number && *number < elements.size() ? &elements[*number] : nullptr;
}

/// The value that the token names. Objects get a missing member; null becomes an object. Returns
/// null if the token names nothing.
json::value* inside(json::value& whole, const std::string& token) {
  if (auto* elements = whole.if_array())
    return element_of(*elements, token);
  if (whole.is_null())
    whole = json::object{};
  auto* members = whole.if_object();
  return members ? &(*members)[token] : nullptr;
}

} // namespace

std::string changed_scenario(std::string_view text, std::string_view change) {
  const auto what = read_pointer_change(change);
  auto whole = parsed(text, "the scenario");
  auto* place = &whole;
  for (const auto& token : what.tokens)
    place = place ? inside(*place, token) : nullptr;
  if (!place)
    throw scenario_error(what.pointer, "does not exist in the scenario");
  *place = parsed(what.value, "the value for " + what.pointer);
  return json::serialize(whole);
}

} // namespace rota::bench
