// A change in the form of the option --set: POINTER=VALUE.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace rota::bench {

struct pointer_change {
  std::string pointer;             ///< The pointer as given.
  std::vector<std::string> tokens; ///< The parts of the JSON pointer, unescaped; at least one.
  std::string value;               ///< JSON text.
};

/// Throws scenario_error if there is no value, the value is not JSON, or the pointer is not a JSON
/// pointer below the root.
[[nodiscard]] pointer_change read_pointer_change(std::string_view typed);

} // namespace rota::bench
