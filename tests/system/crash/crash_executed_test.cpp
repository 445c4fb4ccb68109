// SIGKILL to the daemon in every phase of an executed attempt, on the real backends. No attempt
// runs twice, no job is lost, no more attempts run than there are slots, and no slot or attempt is
// left behind.
#include "executors/docker/engine_api.hpp"
#include "tests/support/docker_backend.hpp"
#include "tests/support/processes.hpp"
#include "tests/support/slurm_lab.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/system/crash/crash_executed_matrix.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <iostream>

using namespace rota;
using namespace rota::tests;

namespace {

const std::string forks = "/^(vfork|fork|clone3?)$";

/// The kill points of all executors: the journal's commits, and random moments.
std::vector<kill_point> kill_points_with(std::vector<kill_point> own) {
  // A group that is not written is lost. One that is written but not synced survives, but was not
  // acknowledged.
  own.insert(own.begin(), {{},
                           {"journal", "write", 6},
                           {"journal", "fdatasync", 6},
                           {"journal", "write", 1, false, true}});
  return own;
}

void check_docker(const std::string& engine) {
  const auto backend = docker_backend::up(engine);
  if (!backend)
    return;
  executor_under_test docker;
  docker.name = "docker";
  docker.settings = R"(,"socket":"unix:)" + backend->socket() + R"(")";
  docker.options = R"(,"image":"rota-test:1","network":"none","mounts":[")" +
                   backend->shared().string() + R"(:/shared"])";
  docker.runs = "runs";
  docker.scratch = backend->shared();
  docker.scratch_seen_as = "/shared";
  // Each call to the engine opens a connection.
  docker.kill_points = kill_points_with({{"starts", "connect", 4},
                                         {"starts", "mkdir", 1},
                                         {"calls", "connect", 3},
                                         {"calls", "getdents64", 1, true}});
  // The last call of a start asks the engine about the running container.
  docker.kill_points.push_back({.thread = "starts", .call = "connect", .nth_max = 4, .nth_min = 4});
  docker.left_over = [&](const std::filesystem::path&) -> std::string {
    executors::docker::engine_api api{backend->socket()};
    const auto rows = api.list({"rota.executor=docker"},
                               std::chrono::steady_clock::now() + std::chrono::seconds{20});
    return !rows           ? rows.error().message
           : rows->empty() ? ""
                           : "container " + rows->front().container;
  };
  check_crash_matrix(docker);
}

} // namespace

TEST_CASE(
    "X1: killed in every phase of a process, the daemon finds it again: none twice, none lost") {
  const temporary_folder folder;
  executor_under_test process;
  process.name = "process";
  process.slots = 4;
  process.runs = "live";
  process.scratch = folder.path();
  process.scratch_seen_as = folder.path().string();
  process.kill_points = kill_points_with({{"starts", "mkdirat", 1},
                                          {"starts", forks, 1},
                                          {"starts", "wait4", 1},
                                          {"calls", "getdents64", 1, true}});
  process.left_over = [](const std::filesystem::path& data) -> std::string {
    const auto shims = processes_with((data / "run").string() + "/process/live/");
    return shims.empty() ? "" : "process " + std::to_string(shims.front());
  };
  check_crash_matrix(process);
}

TEST_CASE("X1: killed in every phase of a podman container, the daemon finds it again: none twice, "
          "none lost") {
  check_docker("podman");
}

TEST_CASE(
    "X1: killed in every phase of a dockerd container, the daemon finds it again: none twice, "
    "none lost") {
  check_docker("docker");
}

TEST_CASE(
    "X1: killed in every phase of a Slurm job, the daemon finds it again: none twice, none lost") {
  if (const auto why = slurm_tests::slurm_lab::obstacle()) {
    std::cout << "SKIPPED: Slurm can't run here: " << *why << std::endl;
    return;
  }
  const slurm_tests::slurm_lab lab;
  // The trap is an sbatch that kills its caller once the command has started.
  const auto trap = lab.path("trap");
  lab.replace_program("sbatch", "trap=" + trap + R"(
[ -e "$trap" ] || exec "$real" "$@"
"$real" "$@"
for word; do case $word in --chdir=*) run=${word#--chdir=} ;; esac; done
i=0
while [ -e "$trap" ] && [ $i -lt 200 ]; do
  if grep -qs "+ ${run##*/} " )" + lab.path("run_log") +
                                    R"(; then
    kill -KILL $PPID
    exit
  fi
  i=$((i + 1))
  sleep 0.02
done)");
  const auto set_trap = [&](bool on) { lab.run((on ? "touch " : "rm -f ") + trap); };
  executor_under_test slurm;
  slurm.name = "slurm";
  slurm.runs = "runs";
  slurm.scratch = lab.path("");
  slurm.scratch_seen_as = lab.path("");
  slurm.kill_points = kill_points_with({{"starts", forks, 1},
                                        {{}, {}, 1, false, false, "sbatch", set_trap},
                                        {"calls", forks, 1, true},
                                        {"calls", "rename,renameat", 1}});
  slurm.left_over = [&](const std::filesystem::path&) { return lab.run("squeue -h"); };
  check_crash_matrix(slurm);
}
