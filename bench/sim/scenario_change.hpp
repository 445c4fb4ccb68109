// Changes to a scenario's text, to try many of a kind.
#pragma once
#include <string>
#include <string_view>

namespace rota::bench {

/// `change` is POINTER=VALUE: what the JSON pointer leads to gets the JSON value; members that
/// aren't there are added. The elements of an array go by their number or by their `name`. Throws
/// scenario_error when the text or the value is no JSON, or when the pointer leads nowhere.
[[nodiscard]] std::string changed_scenario(std::string_view text, std::string_view change);

} // namespace rota::bench
