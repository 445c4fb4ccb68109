// What limits do to a process, where this machine can hold them.
#include "tests/executors/process_fixture.hpp"

#include <csignal>

namespace rota::executors::process_tests {
namespace {

/// Where no control group can be made the attempt's stderr says so.
bool is_not_held(const ending& end, const std::string& limit) {
  if (end.error_tail.find("rota: the limit " + limit) == std::string::npos)
    return false;
  WARN("SKIPPED: " + end.error_tail);
  return true;
}

TEST_CASE("A process: it may open as many files and write as much as its limits say") {
  process_fixture fixture;
  fixture.must_start(
      process_fixture::script("files", "ulimit -n; ulimit -c", R"("limits":{"open_files":123})"));
  fixture.must_start(process_fixture::script("output", "while :; do echo 0123456789; done",
                                             R"("limits":{"output_bytes":100000})"));
  CHECK(fixture.must_end("files").output == "123\n0\n");
  const ending end = fixture.must_end("output");
  CHECK(end.signal == SIGXFSZ);
  CHECK(end.output.size() == 100'000);
  CHECK(end.message == "killed at its limit of 100000 bytes in one file");
}

TEST_CASE("A process: one that takes more memory than its limit is killed and that is told") {
  process_fixture fixture;
  fixture.must_start(
      process_fixture::script("a-1", "exec head -c 200000000 /dev/zero | tail -c 190000000 | wc -c",
                              R"("limits":{"memory_bytes":50000000})"));
  const ending end = fixture.must_end("a-1");
  if (is_not_held(end, "memory_bytes"))
    return;
  CHECK(end.message == "killed at its limit of 50000000 bytes of memory");
}

TEST_CASE("A process: one that starts more processes than its limit can't") {
  process_fixture fixture;
  fixture.must_start(
      process_fixture::script("a-1", "for i in 1 2 3 4 5 6 7 8 9; do sleep 1000 & done; echo all",
                              R"("limits":{"pids":5})"));
  const ending end = fixture.must_end("a-1");
  if (is_not_held(end, "pids"))
    return;
  CHECK(end.output.empty());
  CHECK(end.exit_code != 0);
}

TEST_CASE("A process: its share of the processors can be limited") {
  process_fixture fixture;
  fixture.must_start(
      process_fixture::script("a-1", "cat /proc/self/cgroup", R"("limits":{"cpus":0.5})"));
  const ending end = fixture.must_end("a-1");
  if (is_not_held(end, "cpus"))
    return;
  CHECK(end.output.find("rota-") != std::string::npos);
  CHECK(end.error_tail.empty());
}

} // namespace
} // namespace rota::executors::process_tests
