// Runs the console's command lines.
#pragma once
#include "cmd/rota/commands.hpp"

#include <CLI/CLI.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace rota::client {

/// Adds all commands of the console with their help; parsing a line sets `chosen`.
void add_console_commands(CLI::App& program, action& chosen);

/// A parsed command, which can be run any number of times; or the exit status if parsing failed,
/// which has been reported.
using parsed_command = boost::system::result<std::function<exit_status()>, exit_status>;

class shell {
public:
  explicit shell(command_context context) : context_(std::move(context)) {}

  /// Runs one line; empty lines and comments do nothing. Errors are reported on stderr.
  exit_status run(std::string_view line);
  /// Whether `exit` was entered.
  [[nodiscard]] bool ended() const { return ended_; }

private:
  exit_status run(std::vector<std::string> words);
  [[nodiscard]] parsed_command parse_command(std::vector<std::string> words) const;
  exit_status help(const std::vector<std::string>& words);
  /// `words` is the arguments of `watch`: its options, then a command. Clears the screen and runs
  /// the command at each interval until Ctrl-C, until it has run --count times, or until it fails.
  /// The first interval is shortened at random, so that watches started together do not stay in
  /// step.
  exit_status watch(std::vector<std::string> words) const;

  command_context context_;
  bool ended_ = false;
};

} // namespace rota::client
