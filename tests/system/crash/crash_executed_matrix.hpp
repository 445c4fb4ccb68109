// Kills the daemon until attempts were hit in every phase often enough; nothing may be lost or done
// twice.
#pragma once
#include "tests/system/crash/crash_executed_kills.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace rota::tests {

/// An executor as this test uses it.
struct executor_under_test {
  std::string name;
  std::string settings; ///< Further members of executor.put: `, "member": value`.
  std::string options;  ///< Further members of the type's executor options.
  std::size_t slots = 3;
  std::string runs;              ///< Its folder of attempts, relative to its own folder.
  std::filesystem::path scratch; ///< A folder that commands can write to ...
  std::string scratch_seen_as;   ///< ... and its path for the commands.
  std::vector<kill_point> kill_points;
  /// Describes something that its backend still has; empty if nothing. Called until it is empty.
  std::function<std::string(const std::filesystem::path& data)> left_over;
};

/// Fails the calling test if a check fails. Needs strace.
void check_crash_matrix(const executor_under_test& executor);

} // namespace rota::tests
