// Looks for containers' processes in /proc, if the engine runs on this machine.
#pragma once
#include <sys/types.h>

#include <string>

namespace rota::executors::docker {

/// Returns whether `process` has the attempt's folder mounted, so that it belongs to the attempt
/// and is not a later process with the same number. False for a zombie.
[[nodiscard]] bool is_of_attempt(pid_t process, const std::string& attempt);

/// Kills the process only if is_of_attempt(). Returns whether it was there.
bool kill_attempt(pid_t process, const std::string& attempt);

/// Returns whether the container's conmon is alive: the podman process that waits for the
/// container's end and records it. Reads all of /proc.
[[nodiscard]] bool has_conmon(const std::string& container_id);

} // namespace rota::executors::docker
