// Reads lines from a terminal, with editing, history and completion.
#pragma once
#include "cmd/rota/console/completion.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace rota::client {

/// Uses Emacs keys unless ~/.editrc changes them. At most one per process.
class line_editor {
public:
  using completer = std::function<completion(std::string_view line_to_cursor)>;
  /// Loads the history of earlier consoles from `history`, if the file exists.
  line_editor(std::filesystem::path history, completer complete);
  ~line_editor();
  line_editor(const line_editor&) = delete;
  line_editor& operator=(const line_editor&) = delete;

  /// Returns the next line without its end. Returns an empty line on Ctrl-C and nothing at the end
  /// of input.
  [[nodiscard]] std::optional<std::string> next();
  /// Adds the line to the history, for Ctrl-P, Ctrl-R and later consoles.
  void add_to_history(const std::string& line);

private:
  struct state;
  std::unique_ptr<state> state_;
};

/// Returns the path of the history file: $XDG_STATE_HOME/rota/console_history, by default below
/// ~/.local/state. Returns nothing if there is no home directory.
[[nodiscard]] std::optional<std::filesystem::path> history_file();

} // namespace rota::client
