// How attempts ended, as the interface has it.
#pragma once
#include "executors/executor.hpp"
#include "system/files.hpp"

#include <optional>

namespace rota::executors {

/// How the attempt ended, with its output; nothing when its shim didn't write that down.
[[nodiscard]] std::optional<ending> read_ending(const system::descriptor& folder);

} // namespace rota::executors
