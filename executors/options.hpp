// A type's options for its executor, read from the text of its settings.
#pragma once
#include "executors/executor.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rota::executors {

struct attempt_limits {
  std::optional<std::uint64_t> memory_bytes;
  std::optional<double> cpus;
  std::optional<std::uint64_t> pids;
  std::optional<std::uint64_t> open_files;
  std::uint64_t output_bytes = std::uint64_t{64} << 20; ///< Bytes kept of stdout, and of stderr.
};

/// How a batch is passed to its command.
enum class batch_form : std::uint8_t {
  envelope, ///< One run: {"jobs": [..]} on stdin, one line of JSON for each job on stdout.
  loop,     ///< One run for each job, one after the other.
};

struct attempt_options {
  std::vector<std::string> command; ///< Placeholders not yet filled in.
  std::vector<std::pair<std::string, std::string>> env;
  std::string cwd;
  attempt_limits limits;
  engine::milliseconds grace{10'000}; ///< From TERM to KILL.
  std::string image;
  std::string network;
  std::vector<std::string> mounts; ///< "from:to" or "from:to:ro".
  std::string partition;
  batch_form batch = batch_form::envelope;
};

/// Reads the options of a type. The error says what is missing or wrong.
[[nodiscard]] boost::system::result<attempt_options, std::string>
read_options(const std::string& json);

/// Fills a payload into the command's words: {} becomes its text, {/pointer} the part at the JSON
/// pointer (strings without their quotes). A word remains one word, except {/pointer*} as a whole
/// word, which becomes one word for each string of an array. The error names what the payload
/// lacks, or says that there is no program.
[[nodiscard]] boost::system::result<std::vector<std::string>, std::string>
filled_words(const std::vector<std::string>& words, std::string_view payload);

/// Returns the command's environment besides the options' own: ROTA_JOB, ROTA_TENANT, ROTA_TYPE,
/// ROTA_ATTEMPT (the attempt's name), ROTA_ATTEMPT_NUMBER; ROTA_CHECKPOINT if the last attempt left
/// one of at most 64 kB; TRACEPARENT, possibly with TRACESTATE, if the job belongs to a trace. For
/// an envelope only tenant, type and attempt.
[[nodiscard]] std::vector<std::pair<std::string, std::string>>
job_environment(const start_order& order, const attempt_job* job);

/// Returns whether the command gets its jobs in an envelope, even a single one.
[[nodiscard]] bool is_envelope(const start_order& order, const attempt_options& options);

/// One run of the command.
struct command_run {
  const attempt_job* job = nullptr; ///< One of the order's; null: all of them, in an envelope.
  std::string input;                ///< The command's stdin.
};

/// Returns the runs of an attempt, in order: one for each job, which reads its payload, or a single
/// one, which reads an envelope: {"jobs": [{"id", "payload", "attempt", "checkpoint"?,
/// "traceparent"?, "tracestate"?}, ...]}.
[[nodiscard]] std::vector<command_run> runs_of(const start_order& order,
                                               const attempt_options& options);

} // namespace rota::executors
