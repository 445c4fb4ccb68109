// Converts an order to arguments for sbatch and files for the node.
#pragma once
#include "executors/options.hpp"
#include "executors/slurm/batch_script.hpp"
#include "executors/slurm/run_folder.hpp"

#include <string>
#include <vector>

namespace rota::executors::slurm {

/// Returns the type's options and the timeout as arguments for sbatch, then `further`. --time has
/// whole minutes and only covers a script that fails to enforce the timeout itself.
[[nodiscard]] std::vector<std::string> sbatch_words(const start_order& order,
                                                    const attempt_options& options,
                                                    const std::vector<std::string>& further);

/// Returns the files that the script of a new attempt reads; refuses what cannot be passed to a
/// node.
[[nodiscard]] boost::system::result<run_folder::files, start_failure>
order_files(const start_order& order, const attempt_options& options, beat_time beat);

} // namespace rota::executors::slurm
