// Changes to the settings of a recording.
#pragma once
#include "bench/sim/what_if/recording.hpp"

#include <string>
#include <string_view>

namespace rota::bench {

/// `change` is POINTER=VALUE. The pointer leads to a member of a setting, as in a put request:
/// /tenants/NAME/weight, /types/NAME/batch/max_size, /keys/NAME/max_running, /pool/cost, /slots.
/// Settings that were never put start with the defaults. Throws scenario_error.
void change_setting(recording& all, const std::string& pool, std::string_view change);

} // namespace rota::bench
