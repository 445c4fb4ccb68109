// What an ended command means for its jobs: the same for executors and for `rota work`.
#pragma once
#include "executors/executor.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rota::executors {

/// The exit code by which a command says that its work isn't ready yet.
inline constexpr int defer_exit_code = 75;

enum class verdict_kind : std::uint8_t {
  succeeded,
  failed,
  deferred,
  released, ///< It never began: as if it had not been taken.
};

/// What a try of one job came to.
struct verdict {
  verdict_kind kind = verdict_kind::succeeded;
  std::optional<std::string> json; ///< The result, or the checkpoint of a deferred job.
  std::string error_message;       ///< Of a failed job.
  std::string error_kind;          ///< "exit", "signal", "timeout", or what the command says.
  bool retryable = true;
  std::optional<engine::milliseconds> defer_for;
  std::optional<int> exit_code; ///< Of the process that ran for it.
  std::optional<int> signal;
};

/// stdout as a result: JSON as it is; anything else as a JSON string of its first 64 kB; empty when
/// there is only white space.
[[nodiscard]] std::string result_of_output(std::string_view output, bool is_cut);

/// The verdict on a command that ran for one job: exit code 0 succeeded with stdout as its result,
/// 75 isn't ready yet, with stdout as its checkpoint if that is JSON; anything else is an error that
/// can be tried again.
[[nodiscard]] verdict verdict_of(const ending& how);

/// The verdicts on the jobs of an attempt, in the order of `jobs`. Of an envelope each line of stdout
/// that is an object with the "id" of a job tells its own: {"id", "outcome": "succeeded" | "failed" |
/// "deferred", "result"?, "error"?: {"message", "kind"?}, "retryable"?, "checkpoint"?, "after_ms"?}.
/// A job without a line has failed: with the command's error, or for want of a result. Where the
/// command ran once for each job, each has the verdict on its own run.
[[nodiscard]] std::vector<verdict> verdicts_of(std::span<const std::string> jobs,
                                               const ending& how);

} // namespace rota::executors
