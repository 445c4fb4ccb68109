#include "cmd/rota/work/running_jobs.hpp"

#include <csignal>
#include <utility>

namespace rota::client {

using std::chrono::milliseconds;

void running_jobs::start(worker_job job) {
  const auto fail = [&](std::string message, std::string kind, bool retryable) {
    auto outcome = failed_outcome(job, std::move(message), std::move(kind), retryable);
    ended_.push_back({std::move(job), std::move(outcome), false});
  };
  auto command = command_for(words_, job);
  if (!command)
    return fail(command.error(), "command", false);
  auto process = child_process::start(std::move(*command));
  if (process)
    running_.push_back({std::move(job), std::move(*process), clock::now(), {}, {}});
  else if (process.error().short_of_resources)
    ended_.push_back({std::move(job), std::nullopt, true});
  else
    fail(process.error().reason, "start", true);
}

void running_jobs::stop(std::string_view lease, std::string_view job, stop_reason why) {
  for (running_job& running : running_) {
    if (running.job.lease == lease && (job.empty() || running.job.id == job))
      stop(running, why);
  }
}

void running_jobs::stop_all(stop_reason why) {
  for (running_job& running : running_)
    stop(running, why);
}

void running_jobs::stop(running_job& running, stop_reason why) {
  if (!running.stopped) {
    running.process.signal(SIGTERM);
    running.kill_at = clock::now() + grace_;
    running.stopped = why;
  } else if (why == stop_reason::lost) {
    running.stopped = why;
  }
}

void running_jobs::kill_stopped() {
  for (running_job& running : running_) {
    if (running.kill_at)
      running.kill_at = clock::time_point::min();
  }
  kill_due(clock::now());
}

std::vector<ended_job> running_jobs::take_ended() { return std::exchange(ended_, {}); }

void running_jobs::add_to(std::vector<pollfd>& entries) const {
  for (const running_job& running : running_)
    running.process.add_to(entries);
}

void running_jobs::handle(std::span<const pollfd> entries) {
  // The entries are in the order of the jobs, as add_to() added them.
  std::vector<pollfd> own;
  std::size_t next = 0;
  for (auto running = running_.begin(); running != running_.end();) {
    own.clear();
    running->process.add_to(own);
    for (pollfd& entry : own) {
      while (next < entries.size() && entries[next].fd != entry.fd)
        ++next;
      if (next < entries.size())
        entry.revents = entries[next].revents;
    }
    running->process.handle(own);
    if (running->process.ended()) {
      collect(*running);
      running = running_.erase(running);
    } else {
      ++running;
    }
  }
}

void running_jobs::collect(running_job& running) {
  const bool is_released = running.stopped == stop_reason::released;
  if (is_released || running.stopped == stop_reason::lost) {
    ended_.push_back({std::move(running.job), std::nullopt, is_released});
    return;
  }
  job_outcome outcome =
      running.stopped == stop_reason::cancelled
          ? failed_outcome(running.job, "stopped: the job was cancelled", "cancelled", false)
          : outcome_of(running.job, running.process);
  outcome.took = std::chrono::duration_cast<milliseconds>(clock::now() - running.started);
  ended_.push_back({std::move(running.job), std::move(outcome), false});
}

std::optional<running_jobs::clock::time_point> running_jobs::next_kill() const {
  std::optional<clock::time_point> first;
  for (const running_job& running : running_) {
    if (running.kill_at && (!first || *running.kill_at < *first))
      first = running.kill_at;
  }
  return first;
}

void running_jobs::kill_due(clock::time_point now) {
  for (running_job& running : running_) {
    if (!running.kill_at || *running.kill_at > now)
      continue;
    running.process.signal(SIGKILL);
    running.kill_at.reset();
  }
}

} // namespace rota::client
