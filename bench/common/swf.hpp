#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The Standard Workload Format of the Parallel Workloads Archive: one job per line, 18 numbers, -1
// for unknown. Lines that begin with `;` describe the whole log.

namespace rota::bench {

/// The fields of a recorded job that a replay needs; -1 is unknown.
struct swf_job {
  double submit_s = 0; ///< Seconds since the start of the log.
  double run_s = 0;    ///< Seconds; 0 also if it was not recorded.
  std::int64_t user = -1;
  std::int64_t partition = -1;
  std::int64_t processors = -1; ///< Number of allocated processors.
  std::int64_t group = -1;
  std::int64_t executable = -1;
  std::int64_t queue = -1;

  bool operator==(const swf_job&) const = default;
};

struct swf_log {
  std::vector<swf_job> jobs;    ///< In order of submission.
  std::size_t broken_lines = 0; ///< Number of lines that are neither a job nor a comment.
};

/// Reads a line without its end. Returns nothing if it is not a job: fewer than 16 numbers,
/// something that is not a number, or no time of submission.
[[nodiscard]] std::optional<swf_job> parse_swf_job(std::string_view line);

/// Returns whether the line describes no job: empty or a comment.
[[nodiscard]] bool is_swf_comment(std::string_view line);

/// Reads a whole log; `jobs_max` 0 takes all jobs.
[[nodiscard]] swf_log parse_swf(std::string_view text, std::size_t jobs_max = 0);

/// Reads a file, plain or compressed with gzip. Throws if it cannot be read.
[[nodiscard]] swf_log read_swf(const std::string& file, std::size_t jobs_max = 0);

/// The average number of jobs that would run at a time if none had to wait; at least 1.
[[nodiscard]] double average_load(const swf_log& log);

} // namespace rota::bench
