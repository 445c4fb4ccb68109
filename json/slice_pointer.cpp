#include "json/slice.hpp"
#include "json/text.hpp"

#include <algorithm>

namespace rota {

namespace {

std::optional<json_value> element_at(json_value array, std::string_view token) {
  auto index = number_in<std::size_t>(token);
  if (!index || (token.size() > 1 && token.front() == '0'))
    return std::nullopt;
  for (const json_value element : array.as_array()) {
    if ((*index)-- == 0)
      return element;
  }
  return std::nullopt;
}

// Replaces ~1 by / and ~0 by ~.
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

} // namespace rota
