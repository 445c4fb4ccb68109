// A job: what was asked for, and what has become of it.
#pragma once
#include "engine/ids.hpp"
#include "engine/quantity.hpp"
#include "engine/time.hpp"
#include "engine/trace_context.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rota::engine {

enum class job_state : std::uint8_t {
  delayed,   ///< Not before a time: scheduled, backing off or deferred.
  ready,     ///< Waits for its turn.
  starting,  ///< Intent to run is durable, the executor has not confirmed.
  running,   ///< Leased or executing.
  succeeded, ///< Ended.
  failed,    ///< Ended; can be retried by hand.
  cancelled, ///< Ended; can be retried by hand.
};

/// The words of the wire, in the order of the states.
inline constexpr std::array<std::string_view, 7> job_state_words{
    "delayed", "ready", "starting", "running", "succeeded", "failed", "cancelled"};
/// The word of the wire.
std::string_view to_text(job_state state);
std::optional<job_state> job_state_from(std::string_view text);

constexpr bool has_ended(job_state s) { return s >= job_state::succeeded; }
constexpr bool is_waiting(job_state s) { return s <= job_state::ready; }
constexpr bool is_in_flight(job_state s) {
  return s == job_state::starting || s == job_state::running;
}

/// Why a delayed job is delayed.
enum class delay_reason : std::uint8_t { none, scheduled, backing_off, deferred };

inline constexpr int priority_max = 1000;

/// What a payload says of batches, under its type's settings: jobs of equal `key` may go together.
struct batch_mark {
  std::string key;
  bool batches = true; ///< False: the type's batch pointer finds nothing, the job goes alone.
};

/// What a push asks for. `type` and `tenant` are the queue's and not repeated here.
struct job_spec {
  std::string payload = "null"; ///< JSON text, kept byte for byte.
  std::int16_t priority = 0;    ///< -1000..1000, lower is sooner.
  std::string key;              ///< Idempotency key; empty: none.
  std::optional<time_point> not_before;
  std::string concurrency_key; ///< Empty: none.
  micro cost = micro::of(1);
  micro slots = micro::of(1);
  std::string batch_key; ///< With `batches` its batch_mark.
  bool batches = true;
  std::optional<std::uint32_t> max_attempts;
  std::optional<milliseconds> timeout;
  std::optional<milliseconds> lease;
  std::optional<trace_context> trace;
  bool operator==(const job_spec&) const = default;
};

inline void set_mark(job_spec& spec, batch_mark mark) {
  spec.batch_key = std::move(mark.key);
  spec.batches = mark.batches;
}

/// Why a job last failed.
struct failure {
  std::string message;
  std::string kind; ///< Empty: none given. Ours: "timeout", "crashed", "max_polls", "deadline".
  bool operator==(const failure&) const = default;
};

/// The attempt that holds a job, as the job's row keeps it: enough to build the lease again.
struct attempt_record {
  serial number;
  std::string worker;
  bool starting = false;
  milliseconds lease{};
  time_point taken{};
  time_point deadline{};
  bool operator==(const attempt_record&) const = default;
};

/// What an executor told of a job's try: the one under way, or the last one.
struct execution {
  serial attempt;
  std::string handle; ///< The backend's own id; empty until the start is confirmed.
  std::optional<std::int32_t> exit_code;
  std::optional<std::int32_t> signal;
  bool operator==(const execution&) const = default;
};

/// What a job has counted so far.
struct job_counts {
  std::uint32_t attempts = 0; ///< Tries begun, without those deferred or released.
  std::uint32_t crashes = 0;
  std::uint32_t polls = 0;
  /// Polls since the checkpoint last changed: the backoff of defers starts over with progress.
  std::uint32_t polls_in_row = 0;
  bool operator==(const job_counts&) const = default;
};

/// A job as a whole, by value: what get answers, what a row and history keep.
struct job_record {
  serial number;
  job_spec spec;
  job_state state = job_state::ready;
  delay_reason delayed_by = delay_reason::none;
  job_counts counts;
  time_point created{};
  time_point ready_since{}; ///< Became ready; for a delayed job the time it will.
  std::optional<time_point> started;
  std::optional<time_point> finished;
  std::optional<time_point> first_deferred;
  std::optional<attempt_record> attempt; ///< Of the try under way.
  std::string worker;                    ///< Of the try under way or the last one.
  std::optional<failure> error;
  std::optional<std::string> result;     ///< JSON text.
  std::optional<std::string> checkpoint; ///< JSON text.
  bool cancel_requested = false;
  std::uint32_t batch_limit = 0; ///< 0: the type's; else halved after failing in a batch.
  std::optional<engine::execution> execution; ///< Nothing when a worker had the last try.
  bool operator==(const job_record&) const = default;
};

} // namespace rota::engine
