// Lines from whoever sits at the terminal: editing, history, completion.
#pragma once
#include "cmd/rota/console/completion.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace rota::client {

/// Emacs keys by default; ~/.editrc may say otherwise. One in a process.
class line_editor {
public:
  using completer = std::function<completion(std::string_view line_to_cursor)>;
  /// Reads the history of earlier consoles from `history`, if it is there.
  line_editor(std::filesystem::path history, completer complete);
  ~line_editor();
  line_editor(const line_editor&) = delete;
  line_editor& operator=(const line_editor&) = delete;

  /// The next line without its end. Ctrl-C gives an empty one; at the end of the input: nothing.
  [[nodiscard]] std::optional<std::string> next();
  /// Keeps the line for Ctrl-P and Ctrl-R, and for later consoles.
  void remember(const std::string& line);

private:
  struct state;
  std::unique_ptr<state> state_;
};

/// Where the history is kept: $XDG_STATE_HOME/rota/console_history, by default below
/// ~/.local/state. Nothing when there is no home.
[[nodiscard]] std::optional<std::filesystem::path> history_file();

} // namespace rota::client
