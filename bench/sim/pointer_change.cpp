#include "bench/sim/pointer_change.hpp"

#include "bench/sim/scenario.hpp"
#include "json/check.hpp"
#include "json/slice.hpp"

#include <algorithm>

namespace rota::bench {
namespace {

/// ~1 is /, ~0 is ~.
std::string unescaped(std::string_view token) {
  std::string out;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const bool escape = token[i] == '~' && i + 1 < token.size();
    out += escape ? (token[++i] == '1' ? '/' : '~') : token[i];
  }
  return out;
}

} // namespace

pointer_change read_pointer_change(std::string_view typed) {
  const auto equals = typed.find('=');
  pointer_change change;
  change.pointer = typed.substr(0, equals);
  if (equals == std::string_view::npos)
    throw scenario_error(change.pointer, "lacks a value: POINTER=VALUE");
  if (change.pointer.empty() || !is_json_pointer(change.pointer))
    throw scenario_error('"' + change.pointer + '"', "is not a JSON pointer such as /slots");
  change.value = typed.substr(equals + 1);
  if (check_json(change.value))
    throw scenario_error("the value for " + change.pointer, "is not valid JSON");
  auto rest = std::string_view{change.pointer};
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const auto end = std::min(rest.find('/'), rest.size());
    change.tokens.push_back(unescaped(rest.substr(0, end)));
    rest.remove_prefix(end);
  }
  return change;
}

} // namespace rota::bench
