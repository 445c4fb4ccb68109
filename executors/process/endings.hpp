// Reads how attempts ended.
#pragma once
#include "executors/executor.hpp"
#include "system/files.hpp"

#include <optional>

namespace rota::executors {

/// Returns how the attempt ended, with its output; nothing if its shim recorded no result.
[[nodiscard]] std::optional<ending> read_ending(const system::descriptor& folder);

} // namespace rota::executors
