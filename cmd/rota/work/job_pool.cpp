#include "cmd/rota/work/job_pool.hpp"

#include <csignal>
#include <utility>

namespace rota::client {

using std::chrono::milliseconds;

void job_pool::start(leased_job job) {
  auto command = command_for(words_, job);
  if (!command) {
    auto outcome = failed_outcome(job, command.error(), "command", false);
    ended_.push_back({std::move(job), std::move(outcome), false});
    return;
  }
  auto process = child_process::start(std::move(*command));
  if (process) {
    running_.push_back({std::move(job), std::move(*process), clock::now(), {}, {}});
  } else if (process.error().short_of_resources) {
    ended_.push_back({std::move(job), std::nullopt, true});
  } else {
    auto outcome = failed_outcome(job, process.error().reason, "start", true);
    ended_.push_back({std::move(job), std::move(outcome), false});
  }
}

void job_pool::stop(std::string_view lease, std::string_view job, stop_reason why) {
  for (running_job& running : running_) {
    if (running.job.lease == lease && (job.empty() || running.job.id == job))
      stop(running, why);
  }
}

void job_pool::stop_all(stop_reason why) {
  for (running_job& running : running_)
    stop(running, why);
}

void job_pool::stop(running_job& running, stop_reason why) {
  if (!running.stopped) {
    running.process.signal(SIGTERM);
    running.kill_at = clock::now() + grace_;
    running.stopped = why;
  } else if (why == stop_reason::lost) {
    running.stopped = why;
  }
}

void job_pool::kill_stopped() {
  for (running_job& running : running_) {
    if (running.kill_at)
      running.kill_at = clock::time_point::min();
  }
  kill_due(clock::now());
}

std::vector<ended_job> job_pool::take_ended() { return std::exchange(ended_, {}); }

void job_pool::add_to(std::vector<pollfd>& entries) const {
  for (const running_job& running : running_)
    running.process.add_to(entries);
}

void job_pool::handle(std::span<const pollfd> entries) {
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

void job_pool::collect(running_job& running) {
  if (running.stopped == stop_reason::lost) {
    ended_.push_back({std::move(running.job), std::nullopt, false});
    return;
  }
  if (running.stopped == stop_reason::given_back) {
    ended_.push_back({std::move(running.job), std::nullopt, true});
    return;
  }
  job_outcome outcome =
      running.stopped == stop_reason::cancelled
          ? failed_outcome(running.job, "stopped: the job was cancelled", "cancelled", false)
          : outcome_of(running.job, running.process);
  outcome.took = std::chrono::duration_cast<milliseconds>(clock::now() - running.started);
  ended_.push_back({std::move(running.job), std::move(outcome), false});
}

std::optional<job_pool::clock::time_point> job_pool::next_kill() const {
  std::optional<clock::time_point> first;
  for (const running_job& running : running_) {
    if (running.kill_at && (!first || *running.kill_at < *first))
      first = running.kill_at;
  }
  return first;
}

void job_pool::kill_due(clock::time_point now) {
  for (running_job& running : running_) {
    if (!running.kill_at || *running.kill_at > now)
      continue;
    running.process.signal(SIGKILL);
    running.kill_at.reset();
  }
}

} // namespace rota::client
