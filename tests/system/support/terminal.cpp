#include "tests/system/support/terminal.hpp"

#include <poll.h>
#include <pty.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>

namespace rota::tests {
namespace {

/// The length of the escape sequence at the start of `text`; 0 if it is incomplete.
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

/// Moves plain text from `raw` to `shown`.
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
  // setsid makes the program's stdin the controlling terminal of its session.
  std::vector<std::string> words{"setsid", "--ctty", "/usr/bin/env", "TERM=xterm",
                                 "LC_ALL=C.UTF-8"};
  for (const auto& [name, value] : environment)
    words.push_back(name + "=" + value);
  words.insert(words.end(), command.begin(), command.end());
  const winsize size{lines, columns, 0, 0};
  int master = -1;
  int end = -1;
  if (::openpty(&master, &end, nullptr, nullptr, &size) != 0)
    throw std::runtime_error("no terminal for " + words.back());
  master_ = system::descriptor{master};
  const system::descriptor programs_end{end};
  system::program what;
  what.words = std::move(words);
  what.in = what.out = what.err = end;
  what.death_signal = SIGKILL;
  auto started = system::spawn(std::move(what));
  if (!started)
    throw std::runtime_error(started.error().text());
  process_ = std::move(*started);
}

void terminal::type(std::string_view keys) {
  unseen_.clear();
  if (::write(master_.get(), keys.data(), keys.size()) != static_cast<ssize_t>(keys.size()))
    throw std::runtime_error("the terminal takes no keys");
}

bool terminal::read_some(std::chrono::milliseconds timeout) {
  pollfd entry{master_.get(), POLLIN, 0};
  if (::poll(&entry, 1, static_cast<int>(timeout.count())) <= 0)
    return false;
  std::array<char, 4096> buffer;
  const auto count = ::read(master_.get(), buffer.data(), buffer.size());
  if (count <= 0)
    return false;
  raw_.append(buffer.data(), static_cast<std::size_t>(count));
  take_text(raw_, unseen_);
  return true;
}

bool terminal::shows(std::string_view text, std::chrono::milliseconds timeout) {
  const auto end = std::chrono::steady_clock::now() + timeout;
  while (unseen_.find(text) == std::string::npos) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    if (left.count() <= 0 || !read_some(left))
      return false;
  }
  return true;
}

std::optional<int> terminal::wait(std::chrono::milliseconds timeout) {
  if (status_)
    return status_;
  const bool ended = eventually(
      [&] {
        // A program whose terminal is full could not end.
        read_some(std::chrono::milliseconds{0});
        return process_.ends_within(std::chrono::milliseconds{0});
      },
      timeout);
  if (ended)
    status_ = process_.reap().shell_status();
  return status_;
}

} // namespace rota::tests
