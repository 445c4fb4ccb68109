#include "tests/support/broken_rule.hpp"

#include <catch2/catch.hpp>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

namespace rota::tests {

namespace {

struct channel {
  int read = -1;
  int write = -1;
};

channel make_channel() {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  return {ends[0], ends[1]};
}

std::string read_all(int from) {
  std::string text;
  std::array<char, 256> piece{};
  for (ssize_t n = 0; (n = ::read(from, piece.data(), piece.size())) > 0;)
    text.append(piece.data(), static_cast<std::size_t>(n));
  ::close(from);
  return text;
}

[[noreturn]] void run_child(const std::function<void()>& step, const channel& errors,
                            const channel& commits) {
  std::signal(SIGABRT, SIG_DFL);
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  ::dup2(errors.write, STDERR_FILENO);
  step();
  ::_exit(::write(commits.write, "!", 1) == 1 ? 0 : 1);
}

} // namespace

process_end end_after(const std::function<void()>& step) {
  const channel errors = make_channel();
  const channel commits = make_channel();
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0)
    run_child(step, errors, commits);
  ::close(errors.write);
  ::close(commits.write);
  process_end end;
  end.said = read_all(errors.read);
  end.committed = !read_all(commits.read).empty();
  int status = 0;
  ::waitpid(child, &status, 0);
  end.aborted = WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
  return end;
}

void check_breaks(const std::string& rule, const std::function<void()>& step) {
  const auto end = end_after(step);
  CHECK_THAT(end.said, Catch::StartsWith("rotad: broken rule: " + rule + " ("));
  CHECK_THAT(end.said, Catch::Contains(".hpp:") || Catch::Contains(".cpp:"));
  CHECK_FALSE(end.committed);
  CHECK(end.aborted);
}

} // namespace rota::tests
