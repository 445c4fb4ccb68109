// What a type tells its executor, read from the text of its settings.
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
  std::uint64_t output_bytes = std::uint64_t{64} << 20; ///< Kept of stdout and of stderr.
};

/// How a batch reaches its command.
enum class batch_form : std::uint8_t {
  envelope, ///< One run: {"jobs": [..]} on stdin, a line of JSON for each job on stdout.
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

/// Reads the options of a type; the error says what is missing or wrong.
[[nodiscard]] boost::system::result<attempt_options, std::string>
read_options(const std::string& json);

/// The command's words for one payload: {} stands for its text, {/pointer} for the part that the
/// JSON pointer leads to (strings without their quotes); one word stays one word, but for a whole
/// word {/pointer*}, which stands for an array of strings, each a word. The error says what the
/// payload doesn't have, or that no program is named.
[[nodiscard]] boost::system::result<std::vector<std::string>, std::string>
filled_words(const std::vector<std::string>& words, std::string_view payload);

/// What the command finds in its environment, besides the options' own: ROTA_JOB, ROTA_TENANT,
/// ROTA_TYPE, ROTA_ATTEMPT (the name of the attempt), ROTA_ATTEMPT_NUMBER, ROTA_CHECKPOINT when the
/// last try left one of at most 64 kB, and TRACEPARENT, maybe with TRACESTATE, when the job belongs to
/// a trace. Of a batch's envelope only tenant, type and attempt.
[[nodiscard]] std::vector<std::pair<std::string, std::string>>
job_environment(const start_order& order, const attempt_job* job);

/// Whether the command gets its jobs in an envelope, be it a single one.
[[nodiscard]] bool is_envelope(const start_order& order, const attempt_options& options);

/// One run of the command.
struct command_run {
  const attempt_job* job = nullptr; ///< Of the order; null: all of them, in an envelope.
  std::string input;                ///< What it reads on stdin.
};

/// The runs of an attempt, one after the other: one for each job, which reads its payload, or one that
/// reads an envelope: {"jobs": [{"id", "payload", "attempt", "checkpoint"?, "traceparent"?,
/// "tracestate"?}, ...]}.
[[nodiscard]] std::vector<command_run> runs_of(const start_order& order,
                                               const attempt_options& options);

} // namespace rota::executors
