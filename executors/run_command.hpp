// Runs another program to its end, within a deadline.
#pragma once
#include "executors/executor.hpp"

#include <atomic>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace rota::executors {

struct command_line {
  std::vector<std::string> words; ///< The first is looked for in PATH.
  std::vector<std::pair<std::string, std::string>> environment; ///< All that it gets.
  std::string input;                                            ///< What it reads on stdin.
  std::chrono::milliseconds deadline{20'000};                   ///< Then it is killed.
  const std::atomic<bool>* stop = nullptr; ///< Once it is true, the command is killed, too.
};

struct command_outcome {
  int status = 0; ///< The exit code; 128 and the signal's number when a signal ended it.
  std::string out;
  std::string err;
};

/// Runs the command in a process group of its own; blocks until it ends. It inherits no open file.
/// Error: it couldn't be started, or was killed at its deadline; it may have done its work even so.
[[nodiscard]] backend_result<command_outcome> run_command(const command_line& command);

} // namespace rota::executors
