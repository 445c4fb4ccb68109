// What /proc tells of containers, when the engine runs on this machine.
#pragma once
#include <sys/types.h>

#include <string>

namespace rota::executors::docker {

/// Whether `process` runs with the attempt's folder mounted, so that it is the attempt's and not
/// another that was given its number later. A zombie doesn't count.
[[nodiscard]] bool is_of_attempt(pid_t process, const std::string& attempt);

/// Kills the process if it is_of_attempt(), and no other; whether it was there.
bool kill_attempt(pid_t process, const std::string& attempt);

/// Whether the conmon of that container is there: podman's process that waits for a container's
/// end and writes it down. Reads all of /proc.
[[nodiscard]] bool has_conmon(const std::string& container_id);

} // namespace rota::executors::docker
