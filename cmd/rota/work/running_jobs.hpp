#pragma once

#include "cmd/rota/work/child_process.hpp"
#include "cmd/rota/work/outcome.hpp"
#include "cmd/rota/work/worker_job.hpp"

#include <poll.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rota::client {

/// A job whose command has ended or could not be started.
struct ended_job {
  worker_job job;
  /// Nothing if the lease was lost or is to be released.
  std::optional<job_outcome> outcome;
  bool release = false;
};

/// The running commands. Driven by poll(): add_to(), handle(), then kill_due() at next_kill().
class running_jobs {
public:
  using clock = std::chrono::steady_clock;

  /// Why a command was stopped before its end.
  enum class stop_reason : std::uint8_t {
    lost,      ///< The lease was lost: the outcome is dropped.
    cancelled, ///< The job was cancelled: that is its outcome.
    released,  ///< The worker is ending: the lease is released.
  };

  running_jobs(std::vector<std::string> words, std::chrono::milliseconds grace)
      : words_(std::move(words)), grace_(grace) {}

  /// Starts the command of a job. If that fails, the job has ended at once: it failed if the job is
  /// the cause, and is released if this machine lacks resources.
  void start(worker_job job);
  /// Asks the commands of a lease to end (only that of `job` unless it is empty), and kills them
  /// after the grace period. A stopped command keeps its first reason, except that `lost` overrides
  /// it.
  void stop(std::string_view lease, std::string_view job, stop_reason why);
  void stop_all(stop_reason why);
  /// Ends the grace period of all commands that were asked to stop.
  void kill_stopped();

  [[nodiscard]] std::size_t size() const { return running_.size(); }
  /// Returns the jobs that ended since the last call.
  [[nodiscard]] std::vector<ended_job> take_ended();

  void add_to(std::vector<pollfd>& entries) const;
  void handle(std::span<const pollfd> entries);
  [[nodiscard]] std::optional<clock::time_point> next_kill() const;
  void kill_due(clock::time_point now);

private:
  struct running_job {
    worker_job job;
    child_process process;
    clock::time_point started;
    std::optional<stop_reason> stopped;
    std::optional<clock::time_point> kill_at;
  };

  void stop(running_job& running, stop_reason why);
  void collect(running_job& running);

  std::vector<std::string> words_;
  std::chrono::milliseconds grace_;
  std::list<running_job> running_;
  std::vector<ended_job> ended_;
};

} // namespace rota::client
