// Limits that require control groups: memory, CPU time, number of processes.
#pragma once
#include "executors/process/run_folder/records.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace rota::shim {

/// One controller's hierarchy, as this process sees it.
struct cgroup_place {
  bool is_unified = false; ///< Version 2: one hierarchy for all controllers.
  std::string folder;      ///< Of this process's group.
  std::string top;         ///< Mount point of the hierarchy.
};
/// Returns the hierarchies of `controller`, from the texts of /proc/self/cgroup and
/// /proc/self/mountinfo; version 1 first, then version 2.
[[nodiscard]] std::vector<cgroup_place> cgroup_places(const std::string& controller,
                                                      const std::string& membership,
                                                      const std::string& mounts);

class cgroups {
public:
  /// Creates a group called `name` with the limits. Limits that this machine cannot enforce are
  /// skipped and added to warnings().
  cgroups(const std::string& name, const run_folder::run_limits& limits);

  /// Moves the process into the group.
  void add(pid_t pid);

  [[nodiscard]] const std::vector<std::string>& folders() const { return folders_; }
  /// Messages for people.
  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }
  /// Returns how many processes died at the memory limit.
  [[nodiscard]] std::int64_t memory_kills() const;

  /// Removes the groups, which must be empty.
  void remove();

private:
  std::vector<std::string> folders_;
  std::vector<std::string> warnings_;
};

} // namespace rota::shim
