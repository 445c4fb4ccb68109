// An attempt's environment on a real Slurm, and the results that Rota receives.
#include "tests/executors/slurm_skip.hpp"

#include <algorithm>
#include <csignal>

using namespace rota;
using namespace rota::executors;
using namespace rota::slurm_tests;
using namespace std::chrono_literals;

TEST_CASE(
    "A Slurm attempt has its arguments, environment, folder and payload, and its output is kept") {
  if (is_skipped())
    return;
  const slurm_lab lab;
  const auto slurm = lab.executor();
  CHECK(slurm->capacity() == 12.0);

  const auto order =
      lab.order("a-1", R"(cat; echo; echo "$MODE|$ROTA_JOB|$ROTA_ATTEMPT|$HOME"; pwd; echo e >&2)",
                R"x(, "env": {"MODE": "it's \"x\"\n$(y)", "HOME": "/"}, "cwd": "/usr",
             "limits": {"cpus": 0.5, "memory_bytes": 1000000, "pids": 100, "open_files": 64})x");
  const auto first = slurm->start(order);
  REQUIRE(first);
  CHECK(!first->handle.empty());
  const auto how = end_of(*slurm, "a-1");
  CHECK(how.exit_code == 0);
  CHECK(!how.signal);
  CHECK(how.output == "{\"frame\": 7}\nit's \"x\"\n$(y)|job-1|a-1|/\n/usr\n");
  CHECK(how.error_tail == "e\n");
  CHECK(how.started > engine::time_point{});
  CHECK(how.finished >= how.started);
  CHECK(how.message.empty());
  CHECK(!how.timed_out);

  const auto piece = slurm->output("a-1", output_stream::out, 2, 5);
  REQUIRE(piece);
  REQUIRE(*piece);
  CHECK((*piece)->bytes == "frame");
  CHECK(!(*piece)->at_end);
  REQUIRE(slurm->remove("a-1"));
  REQUIRE(slurm->remove("a-1"));
  CHECK(listed_states(*slurm).empty());
  const auto kept = slurm->output("a-1", output_stream::err, 0, 100);
  REQUIRE(kept);
  REQUIRE(*kept);
  CHECK((*kept)->bytes == "e\n");
  CHECK((*kept)->at_end);
  const auto unknown = slurm->output("a-2", output_stream::err, 0, 100);
  REQUIRE(unknown);
  CHECK(!*unknown);
}

TEST_CASE("A command on Slurm ignores no signal and has no files open but its three") {
  if (is_skipped())
    return;
  const slurm_lab lab;
  const auto slurm = lab.executor();
  // The shell reads its own state: while it starts another program, it blocks all signals.
  REQUIRE(slurm->start(lab.order(
      "clean", "while read -r line; do case $line in SigIgn* | SigBlk*) echo \"$line\" ;; esac; "
               "done </proc/$$/status; ls /proc/$$/fd; true")));
  const auto how = end_of(*slurm, "clean");
  INFO(how.output);
  // glibc may ignore signal 32, which it uses itself, in processes that it spawns.
  CHECK_THAT(how.output, Catch::Matchers::Matches("[^]*SigIgn:\t0{8}[08]0{7}\n[^]*"));
  CHECK(how.output.find("SigBlk:\t0000000000000000") != std::string::npos);
  CHECK(how.output.find("3") == std::string::npos);
}

TEST_CASE("The end of a Slurm attempt has either an exit code or a signal") {
  if (is_skipped())
    return;
  const slurm_lab lab;
  const auto slurm = lab.executor();
  REQUIRE(slurm->start(lab.order("code", "exit 42")));
  REQUIRE(slurm->start(lab.order("high", "exit 137")));
  REQUIRE(slurm->start(lab.order("died", "kill -SEGV $$")));
  auto missing = lab.order("missing", "");
  missing.options = R"({"command": ["/no/such/program"]})";
  REQUIRE(slurm->start(missing));
  REQUIRE(slurm->start(lab.order("nowhere", "true", R"(, "cwd": "/no/such/folder")")));

  CHECK(end_of(*slurm, "code").exit_code == 42);
  const auto high = end_of(*slurm, "high");
  CHECK(high.exit_code == 137);
  CHECK(!high.signal);
  const auto died = end_of(*slurm, "died");
  CHECK(died.signal == SIGSEGV);
  CHECK(!died.exit_code);
  const auto none = end_of(*slurm, "missing");
  CHECK(none.exit_code == 127);
  CHECK(none.error_tail.find("/no/such/program") != std::string::npos);
  const auto nowhere = end_of(*slurm, "nowhere");
  CHECK(nowhere.exit_code == 126);
  CHECK(nowhere.error_tail.find("/no/such/folder") != std::string::npos);
}

TEST_CASE("A Slurm attempt is ended at its timeout, by KILL if it ignores TERM") {
  if (is_skipped())
    return;
  const slurm_lab lab;
  const auto slurm = lab.executor();
  auto heeds = lab.order("heeds", "trap 'exit 9' TERM; while :; do sleep 0.1; done");
  heeds.timeout = 300ms;
  auto stubborn =
      lab.order("stubborn", "trap '' TERM; while :; do sleep 0.1; done", R"(, "grace_ms": 300)");
  stubborn.timeout = 300ms;
  REQUIRE(slurm->start(heeds));
  REQUIRE(slurm->start(stubborn));
  const auto first = end_of(*slurm, "heeds");
  CHECK(first.timed_out);
  CHECK(first.exit_code == 9);
  const auto second = end_of(*slurm, "stubborn");
  CHECK(second.timed_out);
  CHECK(second.signal == SIGKILL);
}

TEST_CASE("A running Slurm attempt gets TERM, then KILL, and so do its children") {
  if (is_skipped())
    return;
  const slurm_lab lab;
  const auto slurm = lab.executor();
  const auto log = lab.path("log");
  REQUIRE(slurm->start(lab.order("polite", "trap 'exit 3' TERM; echo up >>" + log +
                                               "; while :; do sleep 0.1; done")));
  REQUIRE(slurm->start(lab.order(
      "stubborn", "trap 'echo term >>" + log + "' TERM; (sleep 1000) & echo $! >" +
                      lab.path("child") + "; echo up >>" + log + "; while :; do sleep 0.1; done")));
  REQUIRE(eventually([&lab] { return lab.lines("log").size() == 2; }));
  REQUIRE(slurm->signal("polite", stop_signal::terminate));
  CHECK(end_of(*slurm, "polite").exit_code == 3);
  REQUIRE(slurm->signal("polite", stop_signal::terminate));

  REQUIRE(slurm->signal("stubborn", stop_signal::terminate));
  REQUIRE(eventually([&lab] { return lab.lines("log").size() == 3; }));
  CHECK(listed_states(*slurm).at("stubborn") == attempt_state::running);
  REQUIRE(slurm->signal("stubborn", stop_signal::kill));
  const auto how = end_of(*slurm, "stubborn");
  CHECK(how.signal == SIGKILL);
  CHECK(lab.lines("log").size() == 3); // one TERM, however often it was passed on
  const auto child = lab.lines("child").at(0);
  CHECK(eventually([&] { return lab.run("ps -o stat= -p " + child + " | grep -v Z").empty(); }));
  REQUIRE(slurm->signal("unknown", stop_signal::kill));
}

TEST_CASE("A Slurm attempt that is stopped while it waits never runs") {
  if (is_skipped())
    return;
  const slurm_lab lab;
  const auto slurm = lab.executor(R"(, "sbatch": ["--hold"])");
  REQUIRE(slurm->start(lab.order("waits", "echo $ROTA_ATTEMPT >>" + lab.path("ran"))));
  CHECK(listed_states(*slurm).at("waits") == attempt_state::running);
  lab.run("squeue -h -o %i --name=rota-test-waits >" + lab.path("id"));
  REQUIRE(slurm->signal("waits", stop_signal::terminate));
  const auto how = end_of(*slurm, "waits");
  CHECK(how.signal == SIGTERM);
  CHECK(how.message == "stopped before it started");
  CHECK(lab.run("squeue -h --name=rota-test-waits").empty());
  // Even a script that Slurm started nevertheless would find the claim taken.
  CHECK(lab.run("scontrol -o show job $(cat " + lab.path("id") + ")").find("CANCELLED") !=
        std::string::npos);
  CHECK(lab.lines("ran").empty());
}

TEST_CASE("Forty Slurm attempts on three nodes cost one squeue per round") {
  if (is_skipped())
    return;
  const slurm_lab lab;
  const auto slurm = lab.executor();
  for (int number = 0; number < 40; ++number) {
    // No script ends before so many run that two nodes cannot hold them.
    const auto ran = lab.path("ran");
    auto order =
        lab.order("n-" + std::to_string(number), "echo $ROTA_ATTEMPT >>" + ran +
                                                     "; echo $SLURMD_NODENAME; until [ $(wc -l <" +
                                                     ran + ") -ge 9 ]; do sleep 0.05; done");
    REQUIRE(slurm->start(order));
  }
  lab.replace_program("squeue", "echo call >>" + lab.path("calls") + "\nexec $real \"$@\"");
  std::size_t rounds = 0;
  REQUIRE(eventually([&] {
    ++rounds;
    const auto seen = listed_states(*slurm);
    return seen.size() == 40 && std::all_of(seen.begin(), seen.end(), [](const auto& one) {
             return one.second == attempt_state::ended;
           });
  }));
  CHECK(lab.lines("calls").size() == rounds);
  std::map<std::string, int> nodes;
  for (int number = 0; number < 40; ++number) {
    const auto how = slurm->result("n-" + std::to_string(number));
    REQUIRE(how);
    CHECK(how->exit_code == 0);
    ++nodes[how->output];
  }
  CHECK(nodes.size() == 3);
  auto ran = lab.lines("ran");
  std::sort(ran.begin(), ran.end());
  CHECK(ran.size() == 40);
  CHECK(std::unique(ran.begin(), ran.end()) == ran.end());
  CHECK(lab.lines("calls").size() == rounds); // no call was made about an attempt that ended well
}

TEST_CASE("A loop on Slurm runs job after job, each with its own result") {
  if (is_skipped())
    return;
  const slurm_lab lab;
  const auto slurm = lab.executor();
  auto order = lab.order("loop", R"(read x; echo "$x"; [ "$x" != 2 ] || { echo bad >&2; exit 5; })",
                         R"(, "batch": "loop")");
  order.jobs = {{"j1", "1", 1, {}}, {"j2", "2", 1, {}}, {"j3", "3", 1, {}}};
  REQUIRE(slurm->start(order));
  const auto how = end_of(*slurm, "loop");
  CHECK(how.exit_code == 5);
  CHECK(how.output == "1\n2\n3\n");
  REQUIRE(how.jobs.size() == 3);
  CHECK(how.jobs[0].job == "j1");
  CHECK(how.jobs[0].exit_code == 0);
  CHECK(how.jobs[0].output == "1\n");
  CHECK(how.jobs[1].job == "j2");
  CHECK(how.jobs[1].exit_code == 5);
  CHECK(how.jobs[1].error_tail == "bad\n");
  CHECK(how.jobs[2].output == "3\n");
  CHECK(how.jobs[2].error_tail.empty());
  CHECK(how.jobs[2].started >= how.jobs[1].finished);
  CHECK(how.jobs[2].finished <= how.finished);

  order = lab.order("envelope", "cat");
  order.takes_batches = true;
  order.jobs = {{"j1", "1", 1, {}}, {"j2", "2", 2, "[3]"}};
  REQUIRE(slurm->start(order));
  const auto both = end_of(*slurm, "envelope");
  CHECK(both.is_of_envelope);
  CHECK(both.output == R"({"jobs":[{"id":"j1","payload":1,"attempt":1},)"
                       R"({"id":"j2","payload":2,"attempt":2,"checkpoint":[3]}]})");
  order = lab.order("single", "cat; echo $ROTA_JOB");
  order.takes_batches = true;
  REQUIRE(slurm->start(order));
  const auto single = end_of(*slurm, "single");
  CHECK(single.is_of_envelope);
  CHECK(single.output == R"({"jobs":[{"id":"job-1","payload":{"frame": 7},"attempt":1}]})"
                         "\n");
  CHECK_FALSE(how.is_of_envelope);
}

TEST_CASE("A command on Slurm that ends just at a beat has its true result") {
  if (is_skipped())
    return;
  const slurm_lab lab;
  const auto slurm = lab.executor(R"(, "beat_ms": 100)");
  auto order = lab.order("beats", "read x; sleep 0.0$x; exit 7", R"(, "batch": "loop")");
  order.jobs.clear();
  for (int number = 0; number < 40; ++number)
    order.jobs.push_back({"j" + std::to_string(number), std::to_string(85 + number % 15), 1, {}});
  REQUIRE(slurm->start(order));
  const auto how = end_of(*slurm, "beats");
  CHECK(how.exit_code == 7);
  REQUIRE(how.jobs.size() == order.jobs.size());
  for (const auto& job : how.jobs)
    CHECK(job.exit_code == 7);
}

TEST_CASE("A Slurm attempt's output is truncated at its limit without disturbing the command") {
  if (is_skipped())
    return;
  const slurm_lab lab;
  const auto slurm = lab.executor();
  REQUIRE(
      slurm->start(lab.order("loud", "head -c 300000 /dev/zero | tr '\\0' x; echo ok >&2; exit 4",
                             R"(, "limits": {"output_bytes": 1000})")));
  const auto how = end_of(*slurm, "loud");
  CHECK(how.exit_code == 4);
  CHECK(how.output == std::string(1000, 'x'));
  CHECK(how.output_is_cut);
  CHECK(how.error_tail == "ok\n");
}
