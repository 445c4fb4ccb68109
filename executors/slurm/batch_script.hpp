// The submission of an attempt: the batch script, which is the same for all, the attempt's files, and
// the arguments for sbatch.
#pragma once
#include "executors/options.hpp"
#include "executors/slurm/run_folder.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace rota::executors::slurm {

/// Returns the batch script of the attempt whose files are in the folder `run`. It takes the claim
/// first, so that of all scripts ever submitted for one folder only one runs the command. Exits
/// with 75 if it did not get the claim, else with the command's exit code.
[[nodiscard]] std::string batch_script(const std::string& run);

/// The interval of the script's heartbeats; also the maximum time until it sees a mark.
using beat_time = std::chrono::milliseconds;

/// Returns the attempt's own part, which the script reads: shell assignments. `runs` are runs_of()
/// the order. Refuses what cannot be passed to a node.
[[nodiscard]] boost::system::result<std::string, start_failure>
attempt_part(const start_order& order, const std::vector<command_run>& runs,
             const attempt_options& options, beat_time beat);

/// Returns the type's options and the timeout as arguments for sbatch, then `further`. --time has
/// whole minutes and only covers a script that fails to enforce the timeout itself.
[[nodiscard]] std::vector<std::string> sbatch_words(const start_order& order,
                                                    const attempt_options& options,
                                                    const std::vector<std::string>& further);

/// Returns the files that the script of a new attempt reads; refuses what cannot be passed to a
/// node.
[[nodiscard]] boost::system::result<run_folder::files, start_failure>
order_files(const start_order& order, const attempt_options& options, beat_time beat);

/// Quotes `text` as one shell word.
[[nodiscard]] std::string quoted(std::string_view text);

} // namespace rota::executors::slurm
