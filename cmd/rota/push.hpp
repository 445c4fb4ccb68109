#pragma once

#include "cmd/rota/context.hpp"
#include "cmd/rota/params.hpp"

#include <cstddef>
#include <istream>
#include <string>
#include <string_view>

namespace rota::client {

struct push_options {
  json_members defaults; ///< Members added to jobs that do not have them.
  std::size_t jobs_per_request = 500;
  bool wait_when_full = false; ///< Retry when the queue is full.
  bool quiet = false;          ///< Print neither ids nor progress.
};

/// Returns a JOB with the defaults and `payload`.
[[nodiscard]] std::string job_of_payload(const json_members& defaults, std::string_view payload);
/// Returns `job` (a JSON object) with the defaults that it lacks.
[[nodiscard]] std::string with_defaults(const json_members& defaults, std::string_view job);

/// Pushes the JOBs in `lines`, one per line, in requests of several hundred jobs with a few
/// requests in flight, and prints the ids in the order of the lines. Stops at the first refused
/// request and reports its lines.
[[nodiscard]] exit_status push_lines(const command_context& context, const push_options& options,
                                     std::istream& lines);

} // namespace rota::client
