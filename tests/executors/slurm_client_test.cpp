// The parts of the Slurm executor that need no Slurm.
#include "executors/slurm/batch_script.hpp"
#include "executors/slurm/run_folder.hpp"
#include "executors/slurm/slurm_client.hpp"
#include "system/run.hpp"

#include <catch2/catch.hpp>

using namespace rota;
using namespace rota::executors;
using namespace rota::executors::slurm;
using namespace std::chrono_literals;

TEST_CASE("A line of squeue is read, and an unknown state counts as alive") {
  const auto job = read_job("17|OUT_OF_MEMORY|None||rota-a|b");
  REQUIRE(job);
  CHECK(job->first == "rota-a|b");
  CHECK(job->second.id == "17");
  CHECK(job->second.state == job_state::out_of_memory);
  CHECK(!job->second.has_node);
  CHECK(read_job("18|CANCELLED|None|n1|x")->second.has_node);
  CHECK(read_job("18|RUNNING|None|n1|x")->second.is_running);
  CHECK(read_job("18|COMPLETING|None||x")->second.state == job_state::alive);
  CHECK(read_job("18|SOMETHING_NEW|None||x")->second.state == job_state::alive);
  CHECK(read_job("18|FAILED|BadConstraints||x")->second.state == job_state::impossible);
  CHECK(read_job("18|FAILED|NonZeroExitCode||x")->second.state == job_state::failed);
  CHECK(!read_job(""));
  CHECK(!read_job("slurm_load_jobs error: Unable to contact slurm controller"));
}

TEST_CASE("Only the messages about jobs that can never start are refusals of sbatch") {
  CHECK(is_refusal("sbatch: error: Batch job submission failed: Invalid partition name specified"));
  CHECK(is_refusal("sbatch: error: Memory specification can not be satisfied"));
  CHECK(is_refusal("sbatch: error: Batch job submission failed: Invalid account or "
                   "account/partition combination specified"));
  CHECK(!is_refusal("sbatch: error: Batch job submission failed: Socket timed out on send/recv "
                    "operation"));
  CHECK(!is_refusal("sbatch: error: Batch job submission failed: Unable to contact slurm "
                    "controller (connect failure)"));
  CHECK(
      !is_refusal("sbatch: error: Slurm temporarily unable to accept job, sleeping and retrying"));
  CHECK(!is_refusal("sbatch: error: Batch job submission failed: Job violates accounting/QOS "
                    "policy (job submit limit, user's size and/or time limits)"));
  CHECK(!is_refusal(""));
}

TEST_CASE("Each run of a Slurm attempt exports its own job's trace") {
  start_order order;
  order.name = "a1";
  order.jobs = {{"one", "1", 1, {}, engine::trace_context{"00-a", "x=$y"}}, {"two", "2", 1, {}}};
  order.takes_batches = true;
  attempt_options options;
  options.command = {"true"};
  options.batch = batch_form::loop;
  const auto part = attempt_part(order, runs_of(order, options), options, 1000ms);
  REQUIRE(part.has_value());
  const auto second = part->find("job_1()");
  CHECK(part->find("export TRACEPARENT='00-a'\n") < second);
  CHECK(part->find("export TRACESTATE='x=$y'\n") < second);
  CHECK(part->find("TRACEPARENT", second) == std::string::npos);
}

TEST_CASE("An end record reads back from its text, and an incomplete text has none") {
  end_record end;
  end.signal = 9;
  end.started = engine::from_us(1'700'000'000'000'001);
  end.finished = engine::from_us(1'700'000'000'500'000);
  end.timed_out = true;
  end.message = "out of memory";
  const auto read = read_end(text_of(end));
  REQUIRE(read);
  CHECK(!read->exit_code);
  CHECK(read->signal == 9);
  CHECK(read->started == end.started);
  CHECK(read->finished == end.finished);
  CHECK(read->timed_out);
  CHECK(read->message == "out of memory");
  CHECK(!read_end(""));
  CHECK(!read_end("exit 0\nstarted 1"));
  const auto loop = read_end("exit 5\nstarted 1000\nfinished 2000\ntimed_out 0\n"
                             "run exit 0 1000 1500 10 0\nrun signal 15 1500 2000 12 3\n");
  REQUIRE(loop);
  REQUIRE(loop->runs.size() == 2);
  CHECK(loop->runs[0].exit_code == 0);
  CHECK(loop->runs[1].signal == 15);
  CHECK(loop->runs[0].finished == engine::from_us(1));
  CHECK(loop->runs[1].out_end == 12);
  CHECK(loop->runs[1].err_end == 3);
}

TEST_CASE("A shell reads any quoted text as one word") {
  const std::string text = "a'b \"$HOME\" `x` \\ \n*'";
  const auto outcome = system::run({{"/bin/sh", "-c", "printf %s " + quoted(text)}, {}, {}, 10s});
  REQUIRE(outcome.has_value());
  CHECK(outcome->out == text);
}
