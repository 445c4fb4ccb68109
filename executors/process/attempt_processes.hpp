// Finds and kills the processes of an attempt, whatever their parents are.
#pragma once
#include "system/files.hpp"
#include "system/process_identity.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace rota::executors {

/// Returns the living processes of its sessions, of its control groups, or with its run folder in
/// their environment; not the shim. Reads all processes of the machine once.
[[nodiscard]] std::vector<system::process_identity> processes_of(const system::descriptor& folder,
                                                                 const std::string& path);

/// Kills them until none are left, and removes the attempt's control groups. Returns false if some
/// still live after `patience`. The shim must be dead, or it might start new ones.
[[nodiscard]] bool kill_processes(const system::descriptor& folder, const std::string& path,
                                  std::chrono::milliseconds patience);

} // namespace rota::executors
