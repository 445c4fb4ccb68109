// Changes to a recording's settings.
#pragma once
#include "bench/sim/what_if/recording.hpp"

#include <string>
#include <string_view>

namespace rota::bench {

/// `change` is POINTER=VALUE. The pointer leads to a member of a setting, as a put takes it:
/// /tenants/NAME/weight, /types/NAME/batch/max_size, /keys/NAME/max_running, /pool/cost, /slots. What was never put
/// begins with the defaults. Throws scenario_error.
void change_setting(recording& all, const std::string& pool, std::string_view change);

} // namespace rota::bench
