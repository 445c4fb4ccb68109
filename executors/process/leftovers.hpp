// The processes of an attempt, whoever they are children of.
#pragma once
#include "system/files.hpp"
#include "system/process_identity.hpp"

#include <string>
#include <vector>

namespace rota::executors {

/// Those that live now: of its sessions, of its control groups, or with its run folder in their
/// environment. The shim isn't among them. One look at all processes of the machine.
[[nodiscard]] std::vector<system::process_identity> processes_of(const system::descriptor& folder,
                                                                 const std::string& path);

/// Kills them until there are none, and removes the attempt's control groups; false when some still
/// live after `patience_ms`. The shim must be dead, or they may be started anew.
[[nodiscard]] bool kill_leftovers(const system::descriptor& folder, const std::string& path,
                                  int patience_ms);

} // namespace rota::executors
