// Changes to the text of a scenario, to try variants of it.
#pragma once
#include <string>
#include <string_view>

namespace rota::bench {

/// `change` is POINTER=VALUE: sets the value at the JSON pointer; missing members are added. An
/// element of an array is named by its index or its `name`. Throws scenario_error if the text or
/// the value is not JSON, or if the pointer leads nowhere.
[[nodiscard]] std::string changed_scenario(std::string_view text, std::string_view change);

} // namespace rota::bench
