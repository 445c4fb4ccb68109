#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The Standard Workload Format of the Parallel Workloads Archive: one job a line, 18 numbers, -1
// for what isn't known; lines that begin with `;` are about the log as a whole.

namespace rota::bench {

/// What a replay needs of a recorded job; -1 in a number: not known.
struct swf_job {
  double submit_s = 0; ///< Since the start of the log.
  double run_s = 0;    ///< 0 also where it wasn't recorded.
  std::int64_t user = -1;
  std::int64_t partition = -1;
  std::int64_t processors = -1; ///< Allocated.
  std::int64_t group = -1;
  std::int64_t executable = -1;
  std::int64_t queue = -1;

  bool operator==(const swf_job&) const = default;
};

struct swf_log {
  std::vector<swf_job> jobs;    ///< By time of submission.
  std::size_t broken_lines = 0; ///< Lines that are neither a job nor a comment.
};

/// Reads a line without its end. Nothing when it isn't a job: fewer than 16 numbers, something that
/// isn't a number, or no time of submission.
[[nodiscard]] std::optional<swf_job> parse_swf_job(std::string_view line);

/// Whether the line tells nothing about a job: empty or a comment.
[[nodiscard]] bool is_swf_comment(std::string_view line);

/// Reads a whole log from text; `jobs_at_most` 0 takes all jobs.
[[nodiscard]] swf_log parse_swf(std::string_view text, std::size_t jobs_at_most = 0);

/// Reads a file, plain or compressed by gzip. Throws when it can't be read.
[[nodiscard]] swf_log read_swf(const std::string& file, std::size_t jobs_at_most = 0);

/// How many jobs of the log ran at a time on average if none had to wait; at least 1.
[[nodiscard]] double average_load(const swf_log& log);

} // namespace rota::bench
