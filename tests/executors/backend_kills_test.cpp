// Every part of every backend dies at random moments, with attempts in all phases.
#include "executors/docker/engine_api.hpp"
#include "executors/process/process_executor.hpp"
#include "executors/process/run_folder/records.hpp"
#include "tests/executors/backend_kills.hpp"
#include "tests/executors/process_fixture.hpp"
#include "tests/executors/slurm_skip.hpp"
#include "tests/support/docker_backend.hpp"
#include "tests/support/files.hpp"
#include "tests/support/processes.hpp"
#include "tests/support/temporary_folder.hpp"

#include <signal.h>

namespace rota::tests {
namespace {

namespace fs = std::filesystem;
using namespace executors;

constexpr int kills = 20;

void add_entries(const fs::path& folder, std::vector<std::string>& found) {
  for (const auto& entry : fs::directory_iterator(folder))
    found.push_back(entry.path());
}

// -- process --------------------------------------------------------------------------------------

/// Kills the attempt's own shim, if it has one that lives.
bool kill_shim(const fs::path& folder, const std::string& attempt) {
  const auto run = system::open_folder((folder / "live" / attempt).string());
  const auto shim = run.is_open() ? run_folder::read_shim(run) : std::nullopt;
  return shim && system::send_signal(*shim, SIGKILL);
}

TEST_CASE("A process: shims are killed at any moment") {
  const temporary_folder folder{"process"};
  const std::string programs = fs::path(ROTA_SHIM_BINARY).parent_path();
  kill_target target;
  target.executor = make_process_executor(
      {"process", folder.path().filename().string(), folder.path().string(), "{}", programs});
  target.order = [](const std::string& name, const std::string& script) {
    return process_tests::process_fixture::script(name, script);
  };
  target.shared = target.shared_inside = folder.path();
  target.kill = [&](const std::string& attempt, dice&) {
    return kill_shim(folder.path(), attempt);
  };
  target.leftovers = [&] {
    std::vector<std::string> found;
    add_entries(folder.path() / "live", found);
    for (const pid_t process : processes_with(folder.path()))
      found.push_back("process " + std::to_string(process));
    return found;
  };
  target.loses_only_victims = true;
  target.spread = std::chrono::milliseconds{20};
  kill_often(target, "shims", kills);
}

// -- docker ---------------------------------------------------------------------------------------

kill_target target_on(const docker_backend& backend) {
  kill_target target;
  target.executor = backend.make_executor();
  target.order = [&](const std::string& name, const std::string& script) {
    return backend.order(name, script);
  };
  target.shared = backend.shared();
  target.shared_inside = "/shared";
  target.leftovers = [&] {
    std::vector<std::string> found;
    add_entries(backend.place() / "runs", found);
    docker::engine_api api{backend.socket()};
    const auto until = std::chrono::steady_clock::now() + engine_timeout;
    const auto rows = api.list({"rota.instance=i1"}, until);
    if (!rows)
      found.push_back("list: " + rows.error().message);
    else
      for (const auto& row : *rows)
        found.push_back("container " + row.container);
    return found;
  };
  target.attempts_at_once = 4;
  target.spread = std::chrono::milliseconds{200};
  return target;
}

void check_killed_services(const std::string& engine) {
  const auto backend = docker_backend::up(engine);
  if (!backend)
    return;
  auto target = target_on(*backend);
  target.kill = [&](const std::string&, dice&) {
    backend->kill_service();
    return true;
  };
  target.restart = [&] { backend->serve_again(); };
  kill_often(target, engine + "'s service", 2 * kills); // a start takes it longest
}

TEST_CASE("podman: the service is killed at any moment") { check_killed_services("podman"); }
TEST_CASE("dockerd: the service is killed at any moment") { check_killed_services("docker"); }

/// Kills the process whose end ends all others in its container. Returns false if there is none.
bool kill_first_process(const std::string& attempt) {
  for (const pid_t process : processes_of(attempt)) {
    const auto status = read_whole("/proc/" + std::to_string(process) + "/status");
    if (status.find("\t1\nNSpgid:") != std::string::npos)
      return ::kill(process, SIGKILL) == 0;
  }
  return false;
}

TEST_CASE("podman: conmons are killed at any moment, at times with what they watch") {
  const auto backend = docker_backend::up("podman");
  if (!backend)
    return;
  auto target = target_on(*backend);
  target.kill = [&](const std::string& attempt, dice& random) {
    const pid_t conmon = conmon_of("i1-" + attempt);
    const bool is_killed = conmon > 0 && ::kill(conmon, SIGKILL) == 0;
    if (is_killed && random() % 3 == 0)
      (void)kill_first_process(attempt);
    return is_killed;
  };
  target.loses_only_victims = true;
  kill_often(target, "conmons", kills);
}

// -- slurm ----------------------------------------------------------------------------------------

using slurm_tests::slurm_lab;

/// Resumes nodes that Slurm drained because of a forgotten job, and releases jobs that it holds for
/// two minutes after a failed launch.
void tend(const slurm_lab& lab) {
  lab.run(
      "{ scontrol update nodename=n[1-3] state=resume; for job in $(squeue -h -t PENDING -o %i); "
      "do scontrol update jobid=$job starttime=now; done; }");
}

/// Kills and restarts the daemons that `choose` names.
void check_killed_daemons(const std::string& what,
                          const std::function<std::vector<std::string>(dice&)>& choose) {
  if (slurm_tests::is_skipped())
    return;
  const slurm_lab lab;
  kill_target target;
  target.executor = lab.executor(R"(, "beat_ms": 200)");
  target.order = [&](const std::string& name, const std::string& script) {
    return lab.order(name, script);
  };
  target.shared = target.shared_inside = lab.path("");
  std::vector<std::string> dead;
  target.kill = [&](const std::string&, dice& random) {
    dead = choose(random);
    for (const auto& daemon : dead)
      lab.kill_daemon(daemon);
    return true;
  };
  target.restart = [&] {
    for (const auto& daemon : dead)
      lab.start_daemon(daemon);
  };
  target.tend = [&] { tend(lab); };
  target.leftovers = [&] {
    std::vector<std::string> found;
    add_entries(lab.path("executor/runs"), found);
    // Jobs that Slurm wrongly believes to run are not the executor's concern; jobs that may yet run
    // are.
    tend(lab);
    if (const auto jobs = lab.run("squeue -h -t PENDING"); !jobs.empty())
      found.push_back("jobs " + jobs);
    return found;
  };
  if (what == "slurmctld")
    target.forgotten_ends_max = 1;            // rarely, a restarted one stops an attempt
  target.long_time = std::chrono::seconds{5}; // longer than the controller remembers it
  target.spread = std::chrono::milliseconds{300};
  kill_often(target, what, kills);
}

TEST_CASE("Slurm's controller is killed at any moment") {
  check_killed_daemons("slurmctld", [](dice&) { return std::vector<std::string>{"slurmctld"}; });
}

TEST_CASE("The daemons of Slurm's nodes are killed at any moment") {
  check_killed_daemons("slurmd", [](dice& random) {
    std::vector<std::string> nodes{"slurmd.n1", "slurmd.n2", "slurmd.n3"};
    std::shuffle(nodes.begin(), nodes.end(), random);
    nodes.resize(1 + random() % nodes.size());
    return nodes;
  });
}

} // namespace
} // namespace rota::tests
