// A change as it is typed after --set: POINTER=VALUE.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace rota::bench {

struct pointer_change {
  std::string pointer;             ///< As it was typed.
  std::vector<std::string> tokens; ///< Of the JSON pointer, unescaped; at least one.
  std::string value;               ///< A JSON text.
};

/// Throws scenario_error when there is no value, the value is no JSON or the pointer is no pointer to
/// something within the whole.
[[nodiscard]] pointer_change read_pointer_change(std::string_view typed);

} // namespace rota::bench
