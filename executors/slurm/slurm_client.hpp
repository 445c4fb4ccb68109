// Calls Slurm's commands and reads their answers.
#pragma once
#include "executors/executor.hpp"
#include "system/run.hpp"

#include <atomic>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rota::executors::slurm {

/// A job's state in Slurm; of two jobs of one name, the state listed first counts.
enum class job_state : std::uint8_t {
  alive, ///< Waits, runs or is about to end; also any unknown state.
  out_of_memory,
  timeout,   ///< Its --time or its deadline has expired.
  cancelled, ///< By scancel, or by a node that could not launch it.
  preempted,
  node_failed,
  impossible, ///< No node can meet its request.
  failed,
  completed,
};

/// Returns the reason of a job's end for people; empty if Slurm adds nothing.
[[nodiscard]] std::string_view reason_text(job_state state);

struct slurm_job {
  std::string id;
  job_state state = job_state::alive;
  bool has_node = false; ///< It runs or ran there, or was assigned to it.
  bool is_running = false;
};

/// Arguments of a submission besides the script.
struct submission {
  std::string name;
  std::string script;
  std::string folder; ///< The working folder; Slurm's own messages go to "slurm.out" in it.
  std::vector<std::string> options;
};

/// Every call runs one of Slurm's programs and blocks until it has answered, for at most 10
/// seconds, or 30 for a submission. Thread-safe.
class slurm_client {
public:
  /// `settings` is a path for SLURM_CONF; empty: that of rotad's environment.
  explicit slurm_client(const std::string& settings);

  /// Returns the number of CPUs of all usable nodes.
  [[nodiscard]] backend_result<double> cpus() const;

  /// Returns the id of the new job. After a temporary error the job may exist nevertheless.
  [[nodiscard]] boost::system::result<std::string, start_failure>
  submit(const submission& what) const;

  /// Returns all jobs of this user whose names begin with `prefix`, by name; ended ones only for a
  /// while (Slurm's MinJobAge).
  [[nodiscard]] backend_result<std::map<std::string, slurm_job>>
  jobs(const std::string& prefix) const;

  /// Returns the job of exactly this name.
  [[nodiscard]] backend_result<std::optional<slurm_job>> job(const std::string& name) const;

  /// Signals the batch scripts of that name, and no other processes.
  [[nodiscard]] backend_result<void> signal_script(const std::string& name,
                                                   std::string_view signal) const;

  /// Cancels all jobs of that name, waiting or running.
  [[nodiscard]] backend_result<void> cancel(const std::string& name) const;

  /// Kills the commands in progress; further ones fail at once. Any thread.
  void close() { closed_ = true; }

private:
  /// Returns the outcome of a program that exited with 0.
  [[nodiscard]] backend_result<system::command_outcome> run(std::vector<std::string> words) const;
  [[nodiscard]] backend_result<void> succeeds(std::vector<std::string> words) const;

  std::vector<std::string> environment_; ///< "NAME=value"
  std::atomic<bool> closed_{false};
};

/// Reads a line of squeue in the requested format; returns nothing if it is malformed.
[[nodiscard]] std::optional<std::pair<std::string, slurm_job>> read_job(std::string_view line);

/// Returns whether sbatch's message means that this job can never start.
[[nodiscard]] bool is_refusal(std::string_view said);

} // namespace rota::executors::slurm
