// Attempts when parts of a real Slurm die, lie or are misinformed. Each attempt that runs appends
// its name to the file "ran".
#include "tests/executors/slurm_skip.hpp"

#include <csignal>

using namespace rota;
using namespace rota::executors;
using namespace rota::slurm_tests;

namespace {

using names = std::vector<std::string>;

/// Returns an order that records that it ran, then waits for the file "go".
start_order patient(const slurm_lab& lab, const std::string& name) {
  return lab.order(name, "echo $ROTA_ATTEMPT >>" + lab.path("ran") + "; while ! [ -e " +
                             lab.path("go") + " ]; do sleep 0.05; done; exit 6");
}

void let_go(const slurm_lab& lab) { lab.run("touch " + lab.path("go")); }

bool has_run(const slurm_lab& lab, std::size_t times) {
  return eventually([&] { return lab.lines("ran").size() == times; });
}

/// Returns the process that runs an attempt's batch script.
std::string script_process(const slurm_lab& lab, const std::string& name) {
  const auto id = lab.run("cut -d' ' -f1 " + lab.path("executor/runs/" + name + "/claim/by"));
  return lab.run("pgrep -of " + lab.path("slurm/spool-n[0-9]*/job0*") + id + "/slurm_script");
}

} // namespace

TEST_CASE("A Slurm attempt that is started again and again runs once") {
  if (is_skipped())
    return;
  const slurm_lab lab;
  const auto slurm = lab.executor();
  const auto first = slurm->start(patient(lab, "once"));
  REQUIRE(first);
  REQUIRE(lab.executor()->start(patient(lab, "once")));
  REQUIRE(has_run(lab, 1));
  const auto again = lab.executor()->start(patient(lab, "once"));
  REQUIRE(again);
  CHECK(again->handle == first->handle);
  let_go(lab);
  CHECK(end_of(*slurm, "once").exit_code == 6);
  REQUIRE(slurm->start(patient(lab, "once")));
  REQUIRE(slurm->remove("once"));
  REQUIRE(slurm->start(patient(lab, "once")));
  CHECK(listed_states(*slurm).empty());
  CHECK(lab.lines("ran") == names{"once"});
}

TEST_CASE("A lost answer of sbatch does not make a Slurm attempt run twice") {
  if (is_skipped())
    return;
  const slurm_lab lab;
  const auto slurm = lab.executor();
  lab.replace_program("sbatch", "$real \"$@\"; echo 'sbatch: error: Socket timed out' >&2; exit 1");
  const auto lost = slurm->start(patient(lab, "twice"));
  REQUIRE(!lost);
  CHECK(lost.error().kind == start_failure_kind::temporary);
  // squeue does not report the first one either.
  lab.replace_program("sbatch", "exec $real \"$@\"");
  lab.replace_program("squeue", "exit 0");
  lab.run("rm -f " + lab.path("go"));
  const auto second = slurm->start(patient(lab, "twice"));
  REQUIRE(second);
  lab.replace_program("squeue", "exec $real \"$@\"");
  REQUIRE(has_run(lab, 1));
  let_go(lab);
  CHECK(end_of(*slurm, "twice").exit_code == 6);
  REQUIRE(eventually([&lab] { return lab.run("squeue -h").empty(); }));
  CHECK(lab.lines("ran") == names{"twice"});
}

TEST_CASE("A Slurm job that the controller forgets at its death is started again and runs once") {
  if (is_skipped())
    return;
  const slurm_lab lab;
  const auto slurm = lab.executor(R"(, "sbatch": ["--hold"])");
  REQUIRE(slurm->start(patient(lab, "forgotten")));
  lab.kill_daemon("slurmctld");
  CHECK(!slurm->list());
  const auto down = slurm->start(patient(lab, "later"));
  REQUIRE(!down);
  CHECK(down.error().kind == start_failure_kind::temporary);
  lab.start_daemon("slurmctld");
  // The controller saves lazily, so it may or may not have the job.
  REQUIRE(eventually([&] { return static_cast<bool>(slurm->list()); }));
  const bool is_forgotten = listed_states(*slurm).at("forgotten") == attempt_state::created;
  const auto eager = lab.executor();
  REQUIRE(eventually([&] { return static_cast<bool>(eager->start(patient(lab, "forgotten"))); }));
  if (!is_forgotten)
    lab.run("scontrol release name=rota-test-forgotten");
  REQUIRE(has_run(lab, 1));
  let_go(lab);
  CHECK(end_of(*eager, "forgotten").exit_code == 6);
  CHECK(listed_states(*eager).at("later") == attempt_state::created);
  REQUIRE(eventually([&] { return static_cast<bool>(eager->start(patient(lab, "later"))); }));
  CHECK(end_of(*eager, "later").exit_code == 6);
  CHECK(lab.lines("ran") == names{"forgotten", "later"});
}

TEST_CASE("A Slurm attempt continues and ends correctly although the controller dies meanwhile") {
  if (is_skipped())
    return;
  const slurm_lab lab;
  const auto slurm = lab.executor();
  REQUIRE(slurm->start(patient(lab, "runs")));
  REQUIRE(has_run(lab, 1));
  lab.kill_daemon("slurmctld");
  lab.start_daemon("slurmctld");
  REQUIRE(eventually([&] { return static_cast<bool>(slurm->list()); }));
  // Holds for every reaction of Slurm, even a start on another node.
  CHECK(listed_states(*slurm).at("runs") == attempt_state::running);
  REQUIRE(slurm->start(patient(lab, "runs")));
  let_go(lab);
  CHECK(end_of(*slurm, "runs").exit_code == 6);
  REQUIRE(eventually([&lab] { return lab.run("squeue -h").empty(); }));
  CHECK(lab.lines("ran") == names{"runs"});
}

TEST_CASE("A Slurm attempt can be stopped although the controller has forgotten it") {
  if (is_skipped())
    return;
  const slurm_lab lab;
  const auto slurm = lab.executor();
  REQUIRE(slurm->start(patient(lab, "one")));
  REQUIRE(slurm->start(patient(lab, "two")));
  REQUIRE(has_run(lab, 2));
  lab.kill_daemon("slurmctld");
  REQUIRE(slurm->signal("one", stop_signal::terminate));
  const auto result = [&] { return static_cast<bool>(slurm->result("one")); };
  REQUIRE(eventually(result));
  CHECK(slurm->result("one")->signal == SIGTERM);
  REQUIRE(slurm->fence("two"));
  CHECK(slurm->result("two")->signal == SIGKILL);
  lab.start_daemon("slurmctld");
}

TEST_CASE(
    "A Slurm attempt continues and ends correctly although its node's daemon dies meanwhile") {
  if (is_skipped())
    return;
  const slurm_lab lab;
  const auto slurm = lab.executor();
  REQUIRE(slurm->start(patient(lab, "while-up")));
  REQUIRE(slurm->start(patient(lab, "while-down")));
  REQUIRE(has_run(lab, 2));
  for (const char* node : {"slurmd.n1", "slurmd.n2", "slurmd.n3"})
    lab.kill_daemon(node);
  CHECK(listed_states(*slurm).at("while-down") == attempt_state::running);
  let_go(lab);
  CHECK(end_of(*slurm, "while-down").exit_code == 6);
  for (const char* node : {"slurmd.n1", "slurmd.n2", "slurmd.n3"})
    lab.start_daemon(node);
  CHECK(end_of(*slurm, "while-up").exit_code == 6);
  CHECK(lab.lines("ran").size() == 2);
}

TEST_CASE("A fenced Slurm attempt never runs, and one that runs is killed") {
  if (is_skipped())
    return;
  const slurm_lab lab;
  const auto slurm = lab.executor();
  const auto holding = lab.executor(R"(, "sbatch": ["--hold"])");
  REQUIRE(holding->start(patient(lab, "waits")));
  REQUIRE(slurm->start(patient(lab, "runs")));
  REQUIRE(has_run(lab, 1));
  REQUIRE(slurm->fence("waits"));
  REQUIRE(slurm->fence("runs"));
  REQUIRE(slurm->fence("unheard-of"));
  REQUIRE(slurm->fence("runs"));
  // No result is promised: the script may be killed before it has written one.
  const auto how = slurm->result("runs");
  CHECK((!how || how->signal));
  for (const char* name : {"waits", "runs", "unheard-of"})
    CHECK(listed_states(*slurm)[name] == attempt_state::lost);
  REQUIRE(eventually([&lab] { return lab.run("squeue -h").empty(); }));
  for (const char* name : {"waits", "runs", "unheard-of"}) {
    const auto again = slurm->start(patient(lab, name));
    REQUIRE(!again);
    CHECK(again.error().kind == start_failure_kind::refused);
    REQUIRE(slurm->remove(name));
  }
  CHECK(listed_states(*slurm).empty());
  CHECK(lab.lines("ran") == names{"runs"});
}

TEST_CASE("If the batch script dies, its command dies with it, and the attempt is lost") {
  if (is_skipped())
    return;
  const slurm_lab lab;
  const auto slurm = lab.executor();
  auto order = patient(lab, "orphan");
  order.options = lab.order("", "echo $$ >>" + lab.path("ran") + "; exec sleep 1000").options;
  REQUIRE(slurm->start(order));
  REQUIRE(has_run(lab, 1));
  const auto script = script_process(lab, "orphan");
  REQUIRE(!script.empty());
  lab.run("kill -KILL " + script);
  const auto command = lab.lines("ran").at(0);
  CHECK(eventually([&] { return lab.run("ps -o stat= -p " + command + " | grep -v Z").empty(); }));
  REQUIRE(becomes(*slurm, "orphan", attempt_state::lost));
  REQUIRE(slurm->fence("orphan"));
  CHECK(listed_states(*slurm)["orphan"] == attempt_state::lost);
  REQUIRE(slurm->remove("orphan"));
  CHECK(listed_states(*slurm).empty());
}

TEST_CASE("An attempt that an administrator cancels in Slurm ends with this reason") {
  if (is_skipped())
    return;
  const slurm_lab lab;
  const auto slurm = lab.executor();
  const auto holding = lab.executor(R"(, "sbatch": ["--hold"])");
  REQUIRE(holding->start(patient(lab, "waits")));
  REQUIRE(slurm->start(patient(lab, "runs")));
  REQUIRE(slurm->start(lab.order("stubborn", "trap '' TERM; echo x >>" + lab.path("ran") +
                                                 "; while :; do sleep 0.1; done")));
  REQUIRE(has_run(lab, 2));
  lab.run("scancel --me");
  const auto waits = end_of(*slurm, "waits");
  CHECK(!waits.exit_code);
  CHECK(waits.message == "cancelled by Slurm before it started");
  const auto runs = end_of(*slurm, "runs");
  CHECK(runs.signal == SIGTERM);
  CHECK(runs.message == "cancelled by Slurm");
  const auto stubborn = end_of(*slurm, "stubborn");
  CHECK(stubborn.message == "cancelled by Slurm");
  CHECK(lab.lines("ran").size() == 2);
}

TEST_CASE("An attempt that a node of Slurm cannot launch is lost, which is not the job's failure") {
  if (is_skipped())
    return;
  const slurm_lab lab;
  const auto slurm = lab.executor(R"(, "beat_ms": 100)");
  const auto holding = lab.executor(R"(, "sbatch": ["--hold"])");
  REQUIRE(holding->start(patient(lab, "unlaunched")));
  const auto said = [&lab](const std::string& state) {
    lab.replace_program("squeue", "echo '1|" + state + "|None|n1|rota-test-unlaunched'");
  };
  // The node already had a job of that id, so Slurm cancelled the new one.
  said("CANCELLED");
  CHECK(listed_states(*slurm).at("unlaunched") == attempt_state::lost);
  // The node's daemon died before it had launched it.
  said("RUNNING");
  CHECK(listed_states(*slurm).at("unlaunched") == attempt_state::running);
  REQUIRE(becomes(*slurm, "unlaunched", attempt_state::lost));
  REQUIRE(slurm->fence("unlaunched"));
  lab.replace_program("squeue", "exec $real \"$@\"");
  CHECK(eventually([&lab] { return lab.run("squeue -h").empty(); }));
  CHECK(lab.lines("ran").empty());
}

TEST_CASE("An attempt that no node can ever run is refused with Slurm's message") {
  if (is_skipped())
    return;
  const slurm_lab lab;
  const auto slurm = lab.executor();
  const auto partition = slurm->start(lab.order("a", "true", R"(, "partition": "nope")"));
  REQUIRE(!partition);
  CHECK(partition.error().kind == start_failure_kind::refused);
  CHECK(partition.error().message.find("nvalid partition") != std::string::npos);
  const auto memory =
      slurm->start(lab.order("b", "true", R"(, "limits": {"memory_bytes": 99000000000000})"));
  REQUIRE(!memory);
  CHECK(memory.error().kind == start_failure_kind::refused);
  const auto name = slurm->start(lab.order("../c", "true"));
  REQUIRE(!name);
  CHECK(name.error().kind == start_failure_kind::refused);
  const auto variable = slurm->start(lab.order("d", "true", R"(, "env": {"a b": "c"})"));
  REQUIRE(!variable);
  CHECK(variable.error().kind == start_failure_kind::refused);
  CHECK(listed_states(*slurm).empty());
}
