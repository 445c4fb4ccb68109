#include "tests/support/broken_rule.hpp"

#include "system/descriptor.hpp"
#include "system/spawn.hpp"

#include <catch2/catch.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <utility>

namespace rota::tests {

namespace {

std::string read_all(const system::descriptor& from) {
  std::string text;
  std::array<char, 256> bytes{};
  for (ssize_t count = 0; (count = ::read(from.get(), bytes.data(), bytes.size())) > 0;)
    text.append(bytes.data(), static_cast<std::size_t>(count));
  return text;
}

[[noreturn]] void run_child(const std::function<void()>& step, const system::pipe_ends& errors,
                            const system::pipe_ends& commits) {
  std::signal(SIGABRT, SIG_DFL);
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  ::dup2(errors.write.get(), STDERR_FILENO);
  step();
  ::_exit(write_all(commits.write, "!") == 0 ? 0 : 1);
}

} // namespace

step_end end_after(const std::function<void()>& step) {
  system::pipe_ends errors, commits;
  REQUIRE(open_pipe(errors) == 0);
  REQUIRE(open_pipe(commits) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0)
    run_child(step, errors, commits);
  errors.write.close();
  commits.write.close();
  std::string messages = read_all(errors.read);
  const bool committed = !read_all(commits.read).empty();
  const auto end = system::reap(child);
  return {std::move(messages), committed, end.by_signal && end.code == SIGABRT};
}

void check_breaks(const std::string& rule, const std::function<void()>& step) {
  const auto end = end_after(step);
  CHECK_THAT(end.error_output, Catch::StartsWith("rotad: broken rule: " + rule + " ("));
  CHECK_THAT(end.error_output, Catch::Contains(".hpp:") || Catch::Contains(".cpp:"));
  CHECK_FALSE(end.committed);
  CHECK(end.aborted);
}

} // namespace rota::tests
