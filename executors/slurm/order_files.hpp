// What an order becomes: words for sbatch, and files for the node.
#pragma once
#include "executors/options.hpp"
#include "executors/slurm/batch_script.hpp"
#include "executors/slurm/run_folder.hpp"

#include <string>
#include <vector>

namespace rota::executors::slurm {

/// What the type's options and the timeout mean to sbatch, then `further`. Its --time has whole
/// minutes and is there for a script that can't keep the timeout itself.
[[nodiscard]] std::vector<std::string> sbatch_words(const start_order& order,
                                                    const attempt_options& options,
                                                    const std::vector<std::string>& further);

/// The files that the script of a new attempt reads; refuses what can't be handed to a node.
[[nodiscard]] boost::system::result<run_folder::files, start_failure>
order_files(const start_order& order, const attempt_options& options, beat_time beat);

} // namespace rota::executors::slurm
