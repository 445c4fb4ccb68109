// The processes of an attempt, whoever they are children of.
#pragma once
#include "executors/process/run_folder/files.hpp"
#include "executors/process/run_folder/process_identity.hpp"

#include <string>
#include <vector>

namespace rota::executors {

/// Those that live now: of its sessions, of its control groups, or with its run folder in their
/// environment. The shim isn't among them. One look at all processes of the machine.
[[nodiscard]] std::vector<run_folder::process_identity> processes_of(const run_folder::file& folder,
                                                                     const std::string& path);

/// Kills them until there are none, and removes the attempt's control groups; false when some still
/// live after `patience_ms`. The shim must be dead, or they may be started anew.
[[nodiscard]] bool kill_leftovers(const run_folder::file& folder, const std::string& path,
                                  int patience_ms);

} // namespace rota::executors
