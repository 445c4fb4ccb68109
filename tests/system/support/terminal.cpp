#include "tests/system/support/terminal.hpp"

#include <poll.h>
#include <pty.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <stdexcept>

namespace rota::tests {
namespace {

/// The length of the escape sequence that `text` begins with; 0: it isn't whole yet.
std::size_t sequence_length(std::string_view text) {
  if (text.size() < 2)
    return 0;
  if (text[1] != '[' && text[1] != ']')
    return text[1] == '(' ? (text.size() < 3 ? 0 : 3) : 2;
  for (std::size_t i = 2; i < text.size(); ++i) {
    const bool ends = text[1] == '[' ? text[i] >= '@' && text[i] <= '~' : text[i] == '\a';
    if (ends)
      return i + 1;
  }
  return 0;
}

/// Moves what is text from `raw` to `shown`.
void take_text(std::string& raw, std::string& shown) {
  std::size_t i = 0;
  while (i < raw.size()) {
    if (raw[i] != '\x1b') {
      if (raw[i] != '\r')
        shown += raw[i];
      ++i;
      continue;
    }
    const auto length = sequence_length(std::string_view{raw}.substr(i));
    if (length == 0)
      break;
    i += length;
  }
  raw.erase(0, i);
}

} // namespace

terminal::terminal(const std::vector<std::string>& command,
                   const std::map<std::string, std::string>& environment, unsigned short columns,
                   unsigned short lines) {
  std::vector<std::string> words{"/usr/bin/env", "TERM=xterm", "LC_ALL=C.UTF-8"};
  for (const auto& [name, value] : environment)
    words.push_back(name + "=" + value);
  words.insert(words.end(), command.begin(), command.end());
  std::vector<char*> arguments;
  for (auto& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const winsize size{lines, columns, 0, 0};
  pid_ = ::forkpty(&master_, nullptr, nullptr, &size);
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  if (pid_ < 0)
    throw std::runtime_error("no terminal for " + words.back());
}

terminal::~terminal() {
  if (!status_) {
    ::kill(pid_, SIGKILL);
    wait();
  }
  ::close(master_);
}

void terminal::type(std::string_view keys) {
  unseen_.clear();
  if (::write(master_, keys.data(), keys.size()) != static_cast<ssize_t>(keys.size()))
    throw std::runtime_error("the terminal takes no keys");
}

bool terminal::read_some(std::chrono::milliseconds most) {
  pollfd entry{master_, POLLIN, 0};
  if (::poll(&entry, 1, static_cast<int>(most.count())) <= 0)
    return false;
  std::array<char, 4096> buffer;
  const auto count = ::read(master_, buffer.data(), buffer.size());
  if (count <= 0)
    return false;
  raw_.append(buffer.data(), static_cast<std::size_t>(count));
  take_text(raw_, unseen_);
  return true;
}

bool terminal::shows(std::string_view text, std::chrono::milliseconds most) {
  const auto end = std::chrono::steady_clock::now() + most;
  while (unseen_.find(text) == std::string::npos) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    if (left.count() <= 0 || !read_some(left))
      return false;
  }
  return true;
}

std::optional<int> terminal::wait(std::chrono::milliseconds most) {
  if (status_)
    return status_;
  int raw = 0;
  const bool ended = eventually(
      [&] {
        read_some(std::chrono::milliseconds{0}); // a full terminal would hold it up
        return ::waitpid(pid_, &raw, WNOHANG) == pid_;
      },
      most);
  if (ended)
    status_ = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
  return status_;
}

} // namespace rota::tests
