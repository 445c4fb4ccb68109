// Runs `rota console` against a daemon.
#pragma once
#include "tests/system/support/child_program.hpp"
#include "tests/system/support/running_daemon.hpp"

#include <string>
#include <vector>

namespace rota::tests {

/// A daemon with a console port.
struct console_daemon : running_daemon {
  explicit console_daemon(std::vector<std::string> arguments = {})
      : running_daemon(with_console(std::move(arguments))) {}

  static std::vector<std::string> with_console(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--console", "127.0.0.1:0"});
    return arguments;
  }
  /// HOST:PORT for --connect.
  std::string console_address() const { return "127.0.0.1:" + rotad.console().port; }
};

/// The command line of a console of this daemon.
std::vector<std::string> console_command(const console_daemon& daemon,
                                         const std::vector<std::string>& words);
/// Runs one command of the console.
ended_program console(const console_daemon& daemon, const std::string& command);
/// Runs a script, which the console reads from stdin.
ended_program console_script(const console_daemon& daemon, const std::string& script);
/// The output of one command with --json.
json console_json(const console_daemon& daemon, const std::string& command);

} // namespace rota::tests
