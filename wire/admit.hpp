// What a push needs beside its own words: the clock, and how its types batch.
#pragma once
#include "engine/settings.hpp"
#include "engine/time.hpp"
#include "wire/commands.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace rota::wire {

/// "Not before" is wall time; the engine has an axis of its own.
struct moment {
  engine::time_point now{};
  std::int64_t wall_us = 0;
};

/// The batching of a type; nothing: its jobs go alone.
using batching_lookup = std::function<std::optional<engine::batch_settings>(const std::string&)>;

/// Moves the times of a push that was read to the engine's axis and marks its batches. Looks each
/// type up once as long as its jobs stand together.
void admit(push_command& push, const batching_lookup& batching_of, moment at);

} // namespace rota::wire
