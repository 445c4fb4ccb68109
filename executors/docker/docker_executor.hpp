// Runs attempts as containers of a Docker Engine (API 1.41, which podman's service supports, too).
// README.md explains why an attempt never runs twice and what survives the death of each part.
#pragma once
#include "executors/executor.hpp"

#include <memory>

namespace rota::executors {

/// Makes an executor on the engine that listens on the unix socket `socket` of place.options
/// (default /var/run/docker.sock). The engine must see place.folder under the same path, and the
/// images must contain /bin/sh. Does not connect yet; throws std::system_error if the folder cannot
/// be used.
[[nodiscard]] std::unique_ptr<executor> make_docker_executor(const executor_setup& place);

} // namespace rota::executors
