// Runs the console's command lines.
#pragma once
#include "cmd/rota/commands.hpp"
#include "cmd/rota/console/watch.hpp"

#include <CLI/CLI.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace rota::client {

/// All commands of the console with their help; parsing a line chooses one.
void add_console_commands(CLI::App& program, action& chosen);

class shell {
public:
  explicit shell(context settings) : settings_(std::move(settings)) {}

  /// Runs one line; an empty one or a comment does nothing. What goes wrong is said on stderr.
  exit_status run(std::string_view line);
  /// `exit` was typed.
  [[nodiscard]] bool ended() const { return ended_; }

private:
  exit_status run(std::vector<std::string> words);
  [[nodiscard]] understood_command understand(std::vector<std::string> words) const;
  exit_status help(const std::vector<std::string>& words);

  context settings_;
  bool ended_ = false;
};

} // namespace rota::client
