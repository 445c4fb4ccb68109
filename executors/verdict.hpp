// Derives jobs' outcomes from an ended command, for executors and for `rota work`.
#pragma once
#include "executors/executor.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rota::executors {

/// The exit code of a command whose work is not ready yet.
inline constexpr int defer_exit_code = 75;

enum class verdict_kind : std::uint8_t {
  succeeded,
  failed,
  deferred,
  released, ///< It never began: as if it had not been dispatched.
};

/// The outcome of one job's attempt.
struct verdict {
  verdict_kind kind = verdict_kind::succeeded;
  std::optional<std::string> json; ///< The result, or the checkpoint of a deferred job.
  std::string error_message;       ///< Of a failed job.
  std::string error_kind; ///< "exit", "signal", "timeout", "no_result", or the command's own.
  bool retryable = true;
  std::optional<engine::milliseconds> defer_for;
  std::optional<int> exit_code; ///< Of the process that ran for it.
  std::optional<int> signal;
};

/// Converts stdout to a result: JSON unchanged; other text as a JSON string of its first 64 kB;
/// empty if there is only white space.
[[nodiscard]] std::string result_of_output(std::string_view output, bool is_cut);

/// Returns the verdict on a command that ran for one job. Exit code 0: succeeded, with stdout as
/// the result. 75: not ready yet, with stdout as the checkpoint if it is JSON. Anything else: a
/// retryable error.
[[nodiscard]] verdict verdict_of(const command_result& how);

/// Returns the verdicts on the jobs of an attempt, in the order of `jobs`. In an envelope's stdout,
/// each line that is an object with the "id" of a job reports that job: {"id", "outcome":
/// "succeeded" | "failed" | "deferred", "result"?, "error"?: {"message", "kind"?}, "retryable"?,
/// "checkpoint"?, "after_ms"?}. A job without a line has failed: with the command's error, or
/// because the result is missing. If the command ran once for each job, each has the verdict on its
/// own run.
[[nodiscard]] std::vector<verdict> verdicts_of(std::span<const std::string> jobs,
                                               const attempt_result& how);

} // namespace rota::executors
