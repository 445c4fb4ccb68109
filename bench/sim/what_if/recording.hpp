// The exported history of a daemon: its settings and jobs. The input of what-if.
#pragma once
#include "actors/directory/settings_board.hpp"
#include "engine/quantity.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rota::bench {

/// Times are microseconds since 1970; 0: not yet.
struct recorded_job {
  std::string type;
  std::string tenant;
  std::string worker;
  std::string concurrency_key;
  std::int16_t priority = 0;
  engine::micro slots = engine::micro::of(1);
  engine::micro cost = engine::micro::of(1);
  std::int64_t arrived_us = 0; ///< The earliest possible start, as far as it is known.
  std::int64_t started_us = 0; ///< Start of its last attempt.
  std::int64_t ended_us = 0;
  bool began_once = false; ///< True if started - arrived is its whole wait.
};

struct recording {
  actors::all_settings settings; ///< Types, tenants, keys and pools.
  /// Slots of the executors that reported them.
  std::map<std::string, double> executor_slots;
  std::vector<recorded_job>
      jobs; ///< The exported jobs, without those that were cancelled before they started.
};

/// Reads the output of `rota history export`. Throws std::runtime_error, with the line and the
/// reason, for an invalid line, a missing end, or an end with a different number of jobs.
[[nodiscard]] recording read_recording(std::string_view text);

/// Changes a setting. `change` is POINTER=VALUE. The pointer names a member of a setting, as in a put request:
/// /tenants/NAME/weight, /types/NAME/batch/max_size, /keys/NAME/max_running, /pool/cost, /slots.
/// Settings that were never put start with the defaults. Throws scenario_error.
void change_setting(recording& all, const std::string& pool, std::string_view change);

} // namespace rota::bench
