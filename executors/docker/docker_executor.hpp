// Attempts as containers of a Docker Engine (API 1.41; podman's service speaks it too). README.md
// tells how an attempt is kept from running twice and what survives which death.
#pragma once
#include "executors/executor.hpp"

#include <memory>

namespace rota::executors {

/// An executor on the engine that listens on the unix socket `socket` of place.options (default
/// /var/run/docker.sock). The engine must see place.folder under the same path, and the images must
/// hold a /bin/sh. Doesn't talk to the engine yet; throws std::system_error when the folder can't
/// be used.
[[nodiscard]] std::unique_ptr<executor> make_docker_executor(const executor_place& place);

} // namespace rota::executors
