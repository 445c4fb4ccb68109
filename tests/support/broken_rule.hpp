// Tests that a step aborts the process when it breaks a rule of the engine (engine/ensure.hpp).
#pragma once
#include <functional>
#include <string>

namespace rota::tests {

struct step_end {
  std::string error_output; ///< Output on stderr.
  bool committed = false;   ///< True if the process continued after the step.
  bool aborted = false;
};

/// Runs the step in a child process. The child then commits, which here is a byte in a pipe.
step_end end_after(const std::function<void()>& step);

/// Checks that the step breaks this rule: the process reports it and aborts at once.
void check_breaks(const std::string& rule, const std::function<void()>& step);

} // namespace rota::tests
