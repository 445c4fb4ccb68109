// Completes a push with what depends on the daemon: the clock and the batching of its types.
#pragma once
#include "engine/settings.hpp"
#include "engine/time.hpp"
#include "wire/commands.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace rota::wire {

/// One point in time on the engine's time axis and on the wall clock, which "not before" refers to.
struct clock_reading {
  engine::time_point now{};
  std::int64_t wall_us = 0;
};

/// Returns the batching of a type; nothing if its jobs run alone.
using batching_lookup = std::function<std::optional<engine::batch_settings>(const std::string&)>;

/// Converts the times of a push to the engine's axis and marks its batches. Consecutive jobs of one
/// type cost one lookup.
void complete_push(push_command& push, const batching_lookup& batching_of, clock_reading at);

} // namespace rota::wire
