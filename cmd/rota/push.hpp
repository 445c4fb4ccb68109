#pragma once

#include "cmd/rota/context.hpp"

#include <cstddef>
#include <istream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rota::client {

/// A member of a JOB: its name and JSON text.
using job_member = std::pair<std::string, std::string>;

struct push_options {
  std::vector<job_member> defaults; ///< Of every job that doesn't have them.
  std::size_t jobs_per_request = 500;
  bool wait_when_full = false; ///< Push again what a full queue refused.
  bool quiet = false;          ///< Print no ids and no progress.
};

/// The JOB of `payload`.
[[nodiscard]] std::string job_of_payload(const std::vector<job_member>& defaults,
                                         std::string_view payload);
/// `job` (a JSON object) with the defaults that it doesn't have.
[[nodiscard]] std::string with_defaults(const std::vector<job_member>& defaults,
                                        std::string_view job);

/// Pushes the JOBs that are the lines of `lines`, in requests of some hundreds of which a few are
/// under way at a time, and prints the ids in the order of the lines. Stops at the first request
/// that is refused; says which lines it was.
[[nodiscard]] exit_status push_lines(const context& settings, const push_options& options,
                                     std::istream& lines);

} // namespace rota::client
