// Runs the console's command lines.
#pragma once
#include "cmd/rota/commands.hpp"
#include "cmd/rota/console/watch.hpp"

#include <CLI/CLI.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace rota::client {

/// Adds all commands of the console with their help; parsing a line sets `chosen`.
void add_console_commands(CLI::App& program, action& chosen);

class shell {
public:
  explicit shell(context settings) : settings_(std::move(settings)) {}

  /// Runs one line; empty lines and comments do nothing. Errors are reported on stderr.
  exit_status run(std::string_view line);
  /// Whether `exit` was entered.
  [[nodiscard]] bool ended() const { return ended_; }

private:
  exit_status run(std::vector<std::string> words);
  [[nodiscard]] understood_command understand(std::vector<std::string> words) const;
  exit_status help(const std::vector<std::string>& words);

  context settings_;
  bool ended_ = false;
};

} // namespace rota::client
