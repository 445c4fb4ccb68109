// How a process ends that breaks a rule of the engine (engine/ensure.hpp).
#pragma once
#include <functional>
#include <string>

namespace rota::tests {

struct process_end {
  std::string said;       ///< On stderr.
  bool committed = false; ///< What comes after the step happened.
  bool aborted = false;
};

/// Runs the step in a child process that would then commit, which here is a byte in a pipe.
process_end end_after(const std::function<void()>& step);

/// Checks that the step breaks this rule: the process says so and ends at once.
void check_breaks(const std::string& rule, const std::function<void()>& step);

} // namespace rota::tests
