#include "system/run.hpp"

#include <catch2/catch.hpp>

#include <thread>

namespace rota::system {
namespace {

using namespace std::chrono_literals;

TEST_CASE("A command gets its input and environment, and its output is returned completely") {
  const std::string input(300'000, 'x');
  const auto outcome = run({{"sh", "-c", "cat; echo \"$A\" >&2; env | wc -l >&2; exit 3"},
                            std::vector<std::string>{"A=b", "PATH=/usr/bin:/bin"},
                            input,
                            10s});
  REQUIRE(outcome.has_value());
  CHECK(outcome->status == 3);
  CHECK(outcome->out == input);
  CHECK(outcome->err.starts_with("b\n"));
  CHECK(run({{"sh", "-c", "kill -9 $$"}, {}, {}, 10s})->status == 137);
}

TEST_CASE("A command that hangs is killed at its deadline, and a missing one is an error") {
  const auto hangs = run({{"sh", "-c", "sleep 1000; true"}, {}, {}, 100ms});
  REQUIRE_FALSE(hangs.has_value());
  CHECK(hangs.error().text() == "sh did not answer within 100 ms");
  const auto missing = run({{"/no/such/program"}, {}, {}, 10s});
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().text() == "cannot run /no/such/program: No such file or directory");
}

TEST_CASE("A command is killed when a stop is requested") {
  std::atomic<bool> stop{true};
  const auto stopped = run({{"sleep", "1000"}, {}, {}, 60s, &stop});
  REQUIRE_FALSE(stopped.has_value());
  CHECK(stopped.error().text() == "sleep was stopped");
}

TEST_CASE("A command may write up to its limit, and one byte more is an error") {
  command what{{"printf", "12345"}, {}, {}, 10s, nullptr, 5};
  CHECK(run(what)->out == "12345");
  what.output_bytes_max = 4;
  CHECK(run(what).error().text() == "printf wrote more than 4 bytes");
}

} // namespace
} // namespace rota::system
