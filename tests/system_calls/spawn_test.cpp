#include "system/environment.hpp"
#include "system/files.hpp"
#include "system/process_identity.hpp"
#include "system/spawn.hpp"

#include <catch2/catch.hpp>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <thread>

namespace rota::system {
namespace {

using namespace std::chrono_literals;

program shell(const std::string& script) {
  program what;
  what.words = {"sh", "-c", script};
  return what;
}

/// Reads until all writers have closed.
std::string read_all(const descriptor& from) {
  std::string text;
  char byte = 0;
  while (::read(from.get(), &byte, 1) == 1)
    text += byte;
  return text;
}

std::string output_of(program what) {
  pipe_ends out;
  REQUIRE(open_pipe(out) == 0);
  what.out = out.write.get();
  auto started = spawn(std::move(what));
  REQUIRE(started.has_value());
  out.write.close();
  std::string text = read_all(out.read);
  CHECK_FALSE(started->reap().by_signal);
  return text;
}

TEST_CASE("A child's end is its exit code or its signal") {
  auto ended = spawn(shell("exit 3"));
  REQUIRE(ended.has_value());
  const auto end = ended->reap();
  CHECK_FALSE(end.by_signal);
  CHECK(end.code == 3);
  CHECK(end.shell_status() == 3);
  CHECK(ended->pid() == -1);
  CHECK(ended->ends_within(0ms));
  ended->signal(SIGKILL);
  CHECK(spawn(shell("kill -9 $$"))->reap().shell_status() == 137);
}

TEST_CASE("A program that cannot be executed is an error with the reason") {
  program what;
  what.words = {"/no/such/program"};
  const auto missing = spawn(what);
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().number == ENOENT);
  CHECK(missing.error().text() == "cannot run /no/such/program: No such file or directory");
  what.words = {"no-such-program"};
  CHECK(spawn(what).error().number == ENOENT);
  what.words = {"/etc/passwd"};
  CHECK(spawn(what).error().number == EACCES);
  what.words = {"true", std::string(1 << 20, 'x')};
  CHECK(spawn(what).error().number == E2BIG);
}

TEST_CASE("The error of a child that cannot be set up names the call") {
  program what = shell("true");
  what.in = 1'000'000;
  CHECK(spawn(what).error().text() == "cannot start sh: fcntl: Bad file descriptor");
  what = shell("true");
  what.death_signal = 1'000;
  CHECK(spawn(what).error().text() == "cannot start sh: prctl: Invalid argument");
}

TEST_CASE("A child has only the descriptors that it is given, by their numbers") {
  const descriptor not_closed{::fcntl(STDIN_FILENO, F_DUPFD, 20)};
  REQUIRE(not_closed.get() == 20);
  pipe_ends a, b;
  REQUIRE(open_pipe(a) == 0);
  REQUIRE(open_pipe(b) == 0);
  REQUIRE(write_all(a.write, "first\n") == 0);
  REQUIRE(write_all(b.write, "second\n") == 0);
  // 0 to 4, and the descriptor of the folder that ls reads.
  program what = shell("head -n1 <&3; head -n1 <&4; ls /proc/self/fd | wc -l");
  what.more = {a.read.get(), b.read.get()};
  CHECK(output_of(what) == "first\nsecond\n6\n");
  what = shell("test -e /proc/self/fd/20 && echo kept");
  what.keeps_descriptors = true;
  CHECK(output_of(what) == "kept\n");
}

TEST_CASE("A child gets the given environment, or all of ours") {
  ::setenv("ROTA_TEST_SPAWN", "ours", 1);
  program what = shell("echo $ROTA_TEST_SPAWN $A");
  CHECK(output_of(what) == "ours\n");
  what.environment.emplace();
  append_variables(*what.environment, {{"A", "b"}});
  CHECK(output_of(what) == "b\n");
}

TEST_CASE("put_variable() replaces the variable of that name and no other") {
  std::vector<std::string> all{"A=1", "AB=2"};
  put_variable(all, "A=3");
  put_variable(all, "B=4");
  CHECK(all == std::vector<std::string>{"A=3", "AB=2", "B=4"});
}

TEST_CASE("The variables for a command do not contain our trace") {
  ::setenv("TRACEPARENT", "00-1", 1);
  ::setenv("ROTA_TEST_SPAWN", "ours", 1);
  const auto all = inherited_variables();
  ::unsetenv("TRACEPARENT");
  CHECK(std::count(all.begin(), all.end(), "ROTA_TEST_SPAWN=ours") == 1);
  CHECK(std::count(all.begin(), all.end(), "TRACEPARENT=00-1") == 0);
}

/// A signal mask from the text of /proc/PID/status.
std::uint64_t mask(const std::string& status, const std::string& name) {
  return std::stoull(status.substr(status.find(name) + name.size()), nullptr, 16);
}

constexpr std::uint64_t bit_of(int signal) { return std::uint64_t{1} << (signal - 1); }

TEST_CASE("No signal is blocked in a child, and ignored ones stay ignored only on request") {
  sigset_t hangup;
  sigset_t before;
  sigset_t after;
  sigemptyset(&hangup);
  sigaddset(&hangup, SIGHUP);
  ::pthread_sigmask(SIG_BLOCK, &hangup, &before);
  const auto old = std::signal(SIGUSR2, SIG_IGN);
  const auto old_pipe = std::signal(SIGPIPE, SIG_IGN);
  program what = shell("cat /proc/self/status");
  const std::string reset = output_of(what);
  what.keeps_ignored_signals = true;
  const std::string kept = output_of(what);
  ::pthread_sigmask(SIG_SETMASK, &before, &after);
  std::signal(SIGUSR2, old);
  std::signal(SIGPIPE, old_pipe);
  CHECK(sigismember(&after, SIGHUP) == 1);
  CHECK(mask(reset, "SigBlk:") == 0);
  CHECK(mask(reset, "SigIgn:") == 0);
  CHECK(mask(kept, "SigBlk:") == 0);
  CHECK((mask(kept, "SigIgn:") & bit_of(SIGUSR2)) != 0);
  CHECK((mask(kept, "SigIgn:") & bit_of(SIGPIPE)) == 0);
}

TEST_CASE("On request a child leads its own group or session, and it dies with its owner") {
  pipe_ends out;
  REQUIRE(open_pipe(out) == 0);
  program what = shell("sleep 1000 & wait");
  what.out = out.write.get();
  what.group = process_group::own_session;
  {
    const auto started = spawn(what);
    REQUIRE(started.has_value());
    out.write.close();
    CHECK(facts_of(started->pid())->session == started->pid());
    CHECK_FALSE(started->ends_within(0ms));
  }
  CHECK(read_all(out.read).empty()); // The other process of the group has ended, too.
  what.out = STDOUT_FILENO;
  what.group = process_group::own;
  auto grouped = spawn(what);
  REQUIRE(grouped.has_value());
  CHECK(::getpgid(grouped->pid()) == grouped->pid());
  grouped->signal_group(SIGTERM);
  CHECK(grouped->ends_within(60s));
  CHECK(grouped->reap().code == SIGTERM);
}

TEST_CASE("On request a child ends with the thread that started it") {
  child started;
  std::thread{[&] {
    program what = shell("exec sleep 1000");
    what.death_signal = SIGINT;
    started = std::move(*spawn(what));
  }}.join();
  CHECK(started.ends_within(60s));
  CHECK(started.reap().code == SIGINT);
}

TEST_CASE("A child that is moved is killed by its last owner only") {
  auto first = spawn(shell("exec sleep 1000"));
  REQUIRE(first.has_value());
  child second = std::move(*first);
  CHECK(first->pid() == -1);
  const auto watched = open_process(second.pid());
  CHECK_FALSE(wait_for_end(watched, 0));
  second = child{};
  CHECK(wait_for_end(watched, 60'000));
}

TEST_CASE("Many threads start children at the same time") {
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int number = 0; number < 4; ++number)
    threads.emplace_back([&right, number] {
      for (int round = 0; round < 25; ++round) {
        auto started = spawn(shell("exit " + std::to_string(number)));
        right += started && started->reap().code == number ? 1 : 0;
      }
    });
  for (auto& thread : threads)
    thread.join();
  CHECK(right == 100);
}

} // namespace
} // namespace rota::system
