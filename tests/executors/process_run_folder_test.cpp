// The parts of the process executor that need no process.
#include "executors/process/run_folder/fields.hpp"
#include "executors/process/shim/cgroups.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace rota {
namespace {

TEST_CASE("A file of a run folder is read completely or not at all") {
  const std::string bytes("a b\n0\0end 0\n\n", 13);
  run_folder::field_writer out;
  const std::string text = out.add("first", bytes).add("first", "").add_number("n", -5).finish();
  const auto fields = run_folder::fields_of(text);
  REQUIRE(fields.has_value());
  REQUIRE(fields->size() == 3);
  CHECK((*fields)[0].name == "first");
  CHECK((*fields)[0].bytes == bytes);
  CHECK((*fields)[1].bytes.empty());
  CHECK((*fields)[2].number() == -5);
  for (std::size_t length = 0; length < text.size(); ++length) {
    INFO(length);
    CHECK_FALSE(run_folder::fields_of(text.substr(0, length)).has_value());
  }
  CHECK_FALSE(run_folder::fields_of("x -1\n\nend 0\n\n").has_value());
  CHECK_FALSE(run_folder::fields_of("x 99999999999999999999\n\nend 0\n\n").has_value());
}

TEST_CASE("A controller's groups are found in both versions and from inside a container") {
  const std::string older = "30 24 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
                            "31 24 0:27 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n";
  auto places = shim::cgroup_places("memory", "4:memory:/a/b\n0::/\n", older);
  REQUIRE(places.size() == 1);
  CHECK_FALSE(places[0].is_unified);
  CHECK(places[0].folder == "/sys/fs/cgroup/memory/a/b");
  CHECK(shim::cgroup_places("cpu", "3:cpu,cpuacct:/\n", older).at(0).folder ==
        "/sys/fs/cgroup/cpu");
  CHECK(shim::cgroup_places("pids", "4:memory:/a/b\n", older).empty());

  const std::string unified =
      "30 24 0:26 /docker/c1 /sys/fs/cgroup rw shared:4 - cgroup2 cgroup rw\n";
  places = shim::cgroup_places("memory", "0::/docker/c1/inner\n", unified);
  REQUIRE(places.size() == 1);
  CHECK(places[0].is_unified);
  CHECK(places[0].folder == "/sys/fs/cgroup/inner");
  CHECK(places[0].top == "/sys/fs/cgroup");
  CHECK(shim::cgroup_places("memory", "0::/\n", unified).at(0).folder == "/sys/fs/cgroup");
}

} // namespace
} // namespace rota
