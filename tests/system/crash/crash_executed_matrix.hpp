// The daemon is killed until attempts were in every phase often enough; nothing is lost or done twice.
#pragma once
#include "tests/system/crash/crash_executed_kills.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace rota::tests {

/// An executor as this test needs it.
struct executor_under_test {
  std::string name;
  std::string settings; ///< Further members of executor.put: `, "member": value`.
  std::string options;  ///< Further members of what a type tells it.
  std::size_t slots = 3;
  std::string runs;              ///< Its folder of attempts, in its own folder.
  std::filesystem::path scratch; ///< A folder that commands can write to ...
  std::string scratch_seen_as;   ///< ... and its path for them.
  std::vector<aim> aims;
  /// What its backend still has; empty: nothing. Called until it is empty.
  std::function<std::string(const std::filesystem::path& data)> left_over;
};

/// Fails the test that calls it when something doesn't hold. Needs strace.
void check_crash_matrix(const executor_under_test& executor);

} // namespace rota::tests
