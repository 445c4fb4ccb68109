#include "executors/slurm/state_rules.hpp"

#include "executors/polling.hpp"

#include <fmt/format.h>

#include <csignal>

namespace rota::executors::slurm {
namespace {

/// Slurm reports a job as running while its node still prepares itself, so a script that has never
/// written a beat gets this many times the patience.
constexpr int launch_patience_max = 15;

/// For an attempt whose command never ran.
attempt_state state_unclaimed(const std::string& name, const run_folder& run, const slurm_job* job,
                              heartbeats& beats) {
  if (job == nullptr)
    return attempt_state::created; // never submitted, or forgotten when Slurm's controller died
  if (job->state == job_state::alive) {
    // A node that died during the launch has lost it; Slurm may notice that half an hour later.
    const bool is_stuck =
        beats.is_silent(name, job->is_running ? "launched" : "", launch_patience_max);
    return job->is_running && is_stuck ? attempt_state::lost : attempt_state::running;
  }
  // A node that cannot launch a job cancels it, too: that is not a user's request.
  const bool is_cancelled = job->state == job_state::cancelled && !job->has_node;
  const bool is_final =
      is_cancelled || job->state == job_state::timeout || job->state == job_state::impossible;
  if (!is_final)
    return attempt_state::
        lost; // Slurm's failure, not the job's: once fenced, it can be tried again
  const auto holder = run.claim();
  if (!holder || *holder == claim_holder::script)
    return attempt_state::running; // checked again in the next round
  end_record end;
  end.started = end.finished = now();
  end.message = fmt::format("{} before it started", reason_text(job->state));
  return run.settle(end) ? attempt_state::ended : attempt_state::running;
}

/// For an attempt whose script holds the claim and has no result. The script's beats count more
/// than Slurm's report: its controller forgets running jobs, and reports others as ended that are
/// not.
attempt_state state_claimed(const run_folder& run, const folder_state& view, const slurm_job* job,
                            bool is_silent) {
  if (!is_silent)
    return attempt_state::running;
  if (job == nullptr)
    return attempt_state::lost;
  if (job->state == job_state::alive)
    return attempt_state::running;
  const bool is_explained = job->state == job_state::out_of_memory ||
                            job->state == job_state::timeout || job->state == job_state::cancelled;
  if (!is_explained)
    return attempt_state::lost;
  end_record end;
  end.started = run.claimed_at();
  end.finished = run.last_beat_at();
  end.timed_out = job->state == job_state::timeout;
  if (view.killed)
    end.signal = SIGKILL;
  else
    end.message = reason_text(job->state);
  return run.settle(end) ? attempt_state::ended : attempt_state::running;
}

} // namespace

std::optional<attempt_state> state_of(const std::string& name, const run_folder& run,
                                      const slurm_job* job, heartbeats& beats) {
  const auto view = run.look();
  if (!run.is_there())
    return std::nullopt;
  if (view.fenced)
    return attempt_state::lost;
  if (view.ended)
    return attempt_state::ended;
  switch (view.holder) {
  case claim_holder::nobody: return state_unclaimed(name, run, job, beats);
  case claim_holder::script:
    return state_claimed(run, view, job, beats.is_silent(name, run.beat()));
  case claim_holder::rota: break;
  }
  // rotad died between the claim and the end that it meant to write.
  end_record end;
  end.started = end.finished = run.claimed_at();
  end.message = "stopped before it started";
  return run.settle(end) ? attempt_state::ended : attempt_state::running;
}

} // namespace rota::executors::slurm
