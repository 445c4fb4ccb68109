// Runs another program to completion, within a deadline.
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
  std::vector<std::string> words; ///< Program and arguments; the program is searched in PATH.
  std::optional<std::vector<std::string>>
      environment;                            ///< "NAME=value"; by default that of this process.
  std::string input;                          ///< Its stdin.
  std::chrono::milliseconds deadline{20'000}; ///< The command is killed after this time.
  const std::atomic<bool>* stop = nullptr;    ///< The command is killed once this is true.
  std::size_t output_bytes_max = std::size_t{256} << 20; ///< Per stream; more is an error.
};

struct command_outcome {
  int status = 0; ///< The exit code, or 128 + the number of the signal that ended it.
  std::string out;
  std::string err;
};

/// Runs the command in its own process group and blocks until it ends. It inherits no open files.
/// Errors: it could not be started, wrote too much, or was killed at its deadline, possibly after
/// it had done its work.
[[nodiscard]] result<command_outcome> run(const command& what);

} // namespace rota::system
