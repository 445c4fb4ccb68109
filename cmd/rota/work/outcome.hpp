#pragma once

#include "cmd/rota/work/child_process.hpp"
#include "cmd/rota/work/worker_job.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace rota::client {

enum class outcome_kind : std::uint8_t { succeeded, failed, deferred };

/// The outcome of a job's command, as reported to the server.
struct job_outcome {
  std::string lease;
  std::string job;
  std::string type;
  std::string tenant;
  outcome_kind kind = outcome_kind::succeeded;
  std::string json; ///< The result, or the checkpoint of a deferred job; empty if there is none.
  std::string error_message;
  std::string error_kind;
  bool retryable = true;
  std::chrono::milliseconds took{0};
  std::string omission;  ///< What was omitted from it, if anything.
  bool was_sent = false; ///< It was sent before, but the answer was lost.
};

/// Returns the outcome of a job whose command has ended.
[[nodiscard]] job_outcome outcome_of(const worker_job& job, const child_process& ended);
/// Returns the outcome of a job that failed without a command to inspect.
[[nodiscard]] job_outcome failed_outcome(const worker_job& job, std::string message,
                                         std::string kind, bool retryable);

} // namespace rota::client
