// What a daemon's exported history tells: its settings, and the jobs that it had. The input of what-if.
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
  std::int64_t arrived_us = 0; ///< When it could first have begun, as far as that can be known.
  std::int64_t started_us = 0; ///< Its last try.
  std::int64_t ended_us = 0;
  bool began_once = false; ///< So that started - arrived is how long it waited.
};

struct recording {
  actors::all_settings settings; ///< Types, tenants, keys and pools.
  /// Slots of executors that told how many they have.
  std::map<std::string, double> executor_slots;
  std::vector<recorded_job>
      jobs; ///< Those that arrived; those that were cancelled before they began are left out.
};

/// Reads what `rota history export` printed. Throws std::runtime_error with the line and what is wrong with it, and
/// when the end is missing or tells of another number of jobs.
[[nodiscard]] recording read_recording(std::string_view text);

} // namespace rota::bench
