// What a node runs for an attempt: one script for all, and each attempt's own part.
#pragma once
#include "executors/options.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace rota::executors::slurm {

/// The batch script of the attempt whose files lie in the folder `run`. Takes the claim first, so of
/// all that are ever submitted for one folder only one runs the command. Ends with 75 when it isn't
/// the one, else with what the command ended with.
[[nodiscard]] std::string batch_script(const std::string& run);

/// How often the script shows that it lives; also how long it takes at most to see a mark.
using beat_time = std::chrono::milliseconds;

/// The attempt's own part, which the script reads: a text of shell assignments; `runs` are
/// runs_of() the order. Refuses what can't be handed to a node.
[[nodiscard]] boost::system::result<std::string, start_failure>
attempt_part(const start_order& order, const std::vector<command_run>& runs,
             const attempt_options& options, beat_time beat);

/// `text` as one word of a shell.
[[nodiscard]] std::string quoted(std::string_view text);

} // namespace rota::executors::slurm
