// Slurm's own commands, and what their answers mean.
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

/// How Slurm sees a job; of two jobs of one name the earlier of these counts.
enum class job_state : std::uint8_t {
  alive, ///< Waits, runs or is about to end; any state that we don't know, too.
  out_of_memory,
  timeout,   ///< Its --time, or its deadline, is over.
  cancelled, ///< By scancel, or by a node that couldn't launch it.
  preempted,
  node_failed,
  impossible, ///< Its request can't be met by any node.
  failed,
  completed,
};

/// What a job's end is called by people; empty where Slurm has nothing to add.
[[nodiscard]] std::string_view words_for(job_state state);

struct known_job {
  std::string id;
  job_state state = job_state::alive;
  bool has_node = false; ///< It runs or ran there, or was to.
  bool is_running = false;
};

/// What sbatch is told besides the script.
struct submission {
  std::string name;
  std::string script;
  std::string folder; ///< The working folder; Slurm's own words go to "slurm.out" in it.
  std::vector<std::string> options;
};

/// Every call starts one of Slurm's programs and blocks until it has answered, at most 10
/// seconds, or 30 for a submission.
/// Thread-safe.
class slurm_client {
public:
  /// `settings` is a path for SLURM_CONF; empty: as in our own environment.
  explicit slurm_client(const std::string& settings);

  /// The CPUs of all nodes that can be used now.
  [[nodiscard]] backend_result<double> cpus() const;

  /// The id of the new job. When the error is passing, there may be a job even so.
  [[nodiscard]] boost::system::result<std::string, start_failure>
  submit(const submission& what) const;

  /// All jobs of our user whose names begin with `prefix`, by name; those that have ended only for
  /// a while (Slurm's MinJobAge).
  [[nodiscard]] backend_result<std::map<std::string, known_job>>
  jobs(const std::string& prefix) const;

  /// The job of this very name.
  [[nodiscard]] backend_result<std::optional<known_job>> job(const std::string& name) const;

  /// Sends a signal to the batch scripts of that name, and to nothing else.
  [[nodiscard]] backend_result<void> signal_script(const std::string& name,
                                                   std::string_view signal) const;

  /// Cancels all jobs of that name, waiting or running.
  [[nodiscard]] backend_result<void> cancel(const std::string& name) const;

  /// Commands under way are killed, further ones fail at once. Any thread.
  void close() { closed_ = true; }

private:
  /// The outcome of a program that ended well.
  [[nodiscard]] backend_result<system::command_outcome> run(std::vector<std::string> words) const;

  std::vector<std::string> environment_; ///< "NAME=value"
  std::atomic<bool> closed_{false};
};

/// A line of squeue as we ask for it; nothing when it isn't one.
[[nodiscard]] std::optional<std::pair<std::string, known_job>> read_job(std::string_view line);

/// Whether what sbatch said means that this job can't start, now or ever.
[[nodiscard]] bool is_refusal(std::string_view said);

} // namespace rota::executors::slurm
