// The effect of limits on a process, where this machine can enforce them.
#include "tests/executors/process_fixture.hpp"

#include <algorithm>
#include <filesystem>

namespace rota::executors::process_tests {
namespace {

/// Returns whether the limit could not be enforced, which the attempt's stderr then reports.
bool is_not_held(const attempt_result& end, const std::string& limit) {
  if (end.error_tail.find("rota: the limit " + limit) == std::string::npos)
    return false;
  WARN("SKIPPED: " + end.error_tail);
  return true;
}

TEST_CASE("A process: the number of its open files is limited") {
  process_fixture fixture;
  fixture.start_script("files", "ulimit -n; ulimit -c", R"("limits":{"open_files":123})");
  CHECK(fixture.must_end("files").output == "123\n0\n");
}

TEST_CASE("A process: its output is truncated at the limit while it runs, without disturbing it") {
  process_fixture fixture;
  fixture.start_script("loud", "head -c 300000 /dev/zero | tr '\\0' x; echo ok >&2; exit 4",
                       R"("limits":{"output_bytes":100000})");
  fixture.start_script("endless", "while :; do echo 0123456789; done",
                       R"("limits":{"output_bytes":5})");
  const std::string file = fixture.path("file");
  fixture.start_script("file", "yes | head -c 1000 >" + file + "; wc -c <" + file,
                       R"("limits":{"output_bytes":5})");
  const attempt_result end = fixture.must_end("loud");
  CHECK(end.exit_code == 4);
  CHECK(end.output == std::string(100'000, 'x'));
  CHECK(end.output_is_cut);
  CHECK(end.error_tail == "ok\n");
  CHECK(fixture.must_end("file").output == "1000\n");
  std::uintmax_t largest = 0;
  CHECK(soon([&] {
    const auto size = std::filesystem::file_size(fixture.run_path("endless", "out"));
    largest = std::max(largest, size);
    return size < largest;
  }));
  REQUIRE(fixture.backend().signal("endless", stop_signal::kill).has_value());
  CHECK(fixture.must_end("endless").output == "01234");
}

TEST_CASE("A process: one that exceeds its memory limit is killed, and the result says so") {
  process_fixture fixture;
  fixture.start_script("a-1", "exec head -c 200000000 /dev/zero | tail -c 190000000 | wc -c",
                       R"("limits":{"memory_bytes":50000000})");
  const attempt_result end = fixture.must_end("a-1");
  if (is_not_held(end, "memory_bytes"))
    return;
  CHECK(end.message == "killed at the limit of 50000000 bytes of memory");
}

TEST_CASE("A process: the number of its processes is limited") {
  process_fixture fixture;
  fixture.start_script("a-1", "for i in 1 2 3 4 5 6 7 8 9; do sleep 1000 & done; echo all",
                       R"("limits":{"pids":5})");
  const attempt_result end = fixture.must_end("a-1");
  if (is_not_held(end, "pids"))
    return;
  CHECK(end.output.empty());
  CHECK(end.exit_code != 0);
}

TEST_CASE("A process: its share of the processors can be limited") {
  process_fixture fixture;
  fixture.start_script("a-1", "cat /proc/self/cgroup", R"("limits":{"cpus":0.5})");
  const attempt_result end = fixture.must_end("a-1");
  if (is_not_held(end, "cpus"))
    return;
  CHECK(end.output.find("rota-") != std::string::npos);
  CHECK(end.error_tail.empty());
}

} // namespace
} // namespace rota::executors::process_tests
