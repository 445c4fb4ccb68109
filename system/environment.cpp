#include "system/environment.hpp"

#include <unistd.h>

#include <algorithm>
#include <string_view>

namespace rota::system {

std::vector<std::string> inherited_variables() {
  std::vector<std::string> all;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text{*variable};
    if (!text.starts_with("TRACEPARENT=") && !text.starts_with("TRACESTATE="))
      all.emplace_back(text);
  }
  return all;
}

void append_variables(std::vector<std::string>& to,
                      const std::vector<std::pair<std::string, std::string>>& variables) {
  to.reserve(to.size() + variables.size());
  for (const auto& [name, value] : variables)
    to.emplace_back(name).append("=").append(value);
}

void put_variable(std::vector<std::string>& all, const std::string& variable) {
  const auto name_of = [](std::string_view text) { return text.substr(0, text.find('=')); };
  const auto same = [&](const std::string& other) { return name_of(other) == name_of(variable); };
  const auto at = std::find_if(all.begin(), all.end(), same);
  if (at == all.end())
    all.push_back(variable);
  else
    *at = variable;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts)
    pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

} // namespace rota::system
