// Runs another program to its end, within a deadline.
#pragma once
#include "system/call_error.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace rota::system {

struct command {
  std::vector<std::string> words; ///< The first is looked for in PATH.
  std::optional<std::vector<std::string>>
      environment;                            ///< "NAME=value"; all of ours when not given.
  std::string input;                          ///< What it reads on stdin.
  std::chrono::milliseconds deadline{20'000}; ///< Then it is killed.
  const std::atomic<bool>* stop = nullptr;    ///< Once it is true, the command is killed, too.
  std::size_t output_bytes_max = std::size_t{256} << 20; ///< Of each stream; more is an error.
};

struct command_outcome {
  int status = 0; ///< The exit code; 128 and the signal's number when a signal ended it.
  std::string out;
  std::string err;
};

/// Runs the command in a process group of its own; blocks until it ends. It inherits no open file.
/// Error: it couldn't be started, wrote too much, or was killed at its deadline; it may have done its
/// work even so.
[[nodiscard]] result<command_outcome> run(const command& what);

} // namespace rota::system
