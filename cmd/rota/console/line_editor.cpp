#include "cmd/rota/console/line_editor.hpp"

#include "cmd/rota/table.hpp"
#include "cmd/rota/text.hpp"

#include <histedit.h>
#include <sys/stat.h>

#include <algorithm>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace rota::client {

namespace {

constexpr int history_lines = 1000;
constexpr std::size_t shown_max = 200;

struct end_editor {
  void operator()(EditLine* editor) const { el_end(editor); }
};
struct end_history {
  void operator()(History* history) const { history_end(history); }
};

char* prompt(EditLine*) {
  static char text[] = "rota> ";
  return text;
}

/// Ctrl-C stops a running command that handles it, but never ends the console. The signal has a
/// handler because an ignored one would not reach commands that wait for it.
void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = [](int) {};
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
}

void print_candidates(const std::vector<std::string>& candidates) {
  std::size_t widest = 1;
  for (const std::string& each : candidates)
    widest = std::max(widest, width(each) + 2);
  const std::size_t columns = std::max<std::size_t>(1, stdout_size().columns / widest);
  const std::size_t count = std::min(candidates.size(), shown_max);
  std::fputc('\n', stdout);
  for (std::size_t i = 0; i < count; ++i) {
    const bool last = i + 1 == count || (i + 1) % columns == 0;
    const std::string shown = visible(candidates[i]);
    std::fputs(shown.c_str(), stdout);
    std::fputs(last ? "\n" : std::string(widest - width(shown), ' ').c_str(), stdout);
  }
  if (count < candidates.size())
    std::fprintf(stdout, "... and %zu more\n", candidates.size() - count);
  std::fflush(stdout);
}

} // namespace

struct line_editor::state {
  std::filesystem::path history_path;
  completer complete;
  std::unique_ptr<EditLine, end_editor> editor;
  std::unique_ptr<History, end_history> history;
  bool interrupted = false; ///< Ctrl-C was typed.

  unsigned char on_tab();
  static unsigned char on_interrupt_of(EditLine* editor, int);
  static unsigned char on_tab_of(EditLine* editor, int);
};

unsigned char line_editor::state::on_tab_of(EditLine* editor, int) {
  state* self = nullptr;
  el_get(editor, EL_CLIENTDATA, &self);
  return self->on_tab();
}

unsigned char line_editor::state::on_interrupt_of(EditLine* editor, int) {
  state* self = nullptr;
  el_get(editor, EL_CLIENTDATA, &self);
  self->interrupted = true;
  return CC_NEWLINE;
}

unsigned char line_editor::state::on_tab() {
  const LineInfo* info = el_line(editor.get());
  const std::string line{info->buffer, info->cursor};
  const auto found = complete(line);
  if (found.candidates.empty())
    return CC_REFRESH_BEEP;
  auto text = common_prefix(found.candidates);
  const std::string typed = line.substr(found.begin);
  if (found.candidates.size() == 1) {
    text += ' ';
  } else if (text.size() <= typed.size()) {
    print_candidates(found.candidates);
    return CC_REDISPLAY;
  }
  // In characters, as the editor counts.
  el_deletestr(editor.get(), static_cast<int>(width(typed)));
  return el_insertstr(editor.get(), text.c_str()) == 0 ? CC_REFRESH : CC_ERROR;
}

line_editor::line_editor(std::filesystem::path history, completer complete)
    : state_(std::make_unique<state>()) {
  std::setlocale(LC_CTYPE, "");
  state_->history_path = std::move(history);
  state_->complete = std::move(complete);
  state_->history.reset(history_init());
  state_->editor.reset(el_init("rota", stdin, stdout, stderr));
  auto* editor = state_->editor.get();
  HistEvent event;
  ::history(state_->history.get(), &event, H_SETSIZE, history_lines);
  ::history(state_->history.get(), &event, H_SETUNIQUE, 1);
  if (!state_->history_path.empty())
    ::history(state_->history.get(), &event, H_LOAD, state_->history_path.c_str());
  el_set(editor, EL_CLIENTDATA, state_.get());
  el_set(editor, EL_PROMPT, &prompt);
  el_set(editor, EL_EDITOR, "emacs");
  el_set(editor, EL_HIST, &::history, state_->history.get());
  el_set(editor, EL_ADDFN, "rota-complete", "Complete the word", &state::on_tab_of);
  el_set(editor, EL_BIND, "^I", "rota-complete", nullptr);
  // Bound as a key, because libedit continues reading after the first signal.
  el_set(editor, EL_SETTY, "-d", "-isig", nullptr);
  el_set(editor, EL_ADDFN, "rota-interrupt", "Discard the line", &state::on_interrupt_of);
  el_set(editor, EL_BIND, "^C", "rota-interrupt", nullptr);
  el_set(editor, EL_BIND, "^R", "em-inc-search-prev", nullptr);
  el_source(editor, nullptr);
  catch_interrupts();
}

line_editor::~line_editor() = default;

std::optional<std::string> line_editor::next() {
  // Before the prompt is shown: libedit does this after it, and a Ctrl-C in between would not be a
  // key.
  el_set(state_->editor.get(), EL_PREP_TERM, 1);
  int count = 0;
  const char* line = el_gets(state_->editor.get(), &count);
  if (std::exchange(state_->interrupted, false)) {
    std::fputc('\n', stdout);
    return std::string{};
  }
  if (line == nullptr || count <= 0)
    return std::nullopt;
  std::string text{line, static_cast<std::size_t>(count)};
  while (text.ends_with('\n') || text.ends_with('\r'))
    text.pop_back();
  return text;
}

void line_editor::add_to_history(const std::string& line) {
  HistEvent event;
  ::history(state_->history.get(), &event, H_ENTER, line.c_str());
  if (state_->history_path.empty())
    return;
  std::error_code ignored;
  std::filesystem::create_directories(state_->history_path.parent_path(), ignored);
  const auto mask = ::umask(0077); // it may contain tenant names
  ::history(state_->history.get(), &event, H_SAVE, state_->history_path.c_str());
  ::umask(mask);
}

std::optional<std::filesystem::path> history_file() {
  const auto below = [](const char* folder) {
    return std::filesystem::path{folder} / "rota" / "console_history";
  };
  if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state != '\0')
    return below(state);
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home == '\0')
    return std::nullopt;
  return below((std::filesystem::path{home} / ".local" / "state").c_str());
}

} // namespace rota::client
