// The interface of a backend that runs attempts for RUNNER and POLLER. README.md explains how to
// add one.
#pragma once
#include "engine/boxed.hpp"
#include "engine/time.hpp"
#include "engine/trace_context.hpp"
#include "system/call_error.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rota::executors {

/// The backend could not carry out a call. Independent of the job.
struct backend_error {
  std::string message; ///< What failed, and what to check.
};
template <class T>
using backend_result = boost::system::result<T, backend_error>;

[[nodiscard]] inline backend_result<void> as_backend_result(const system::result<void>& done) {
  if (!done)
    return backend_error{done.error().text()};
  return {};
}

/// A job as passed to its attempt.
struct attempt_job {
  std::string id;
  std::string payload;                   ///< JSON text.
  std::uint32_t attempt = 1;             ///< Attempt number, starting at 1.
  std::optional<std::string> checkpoint; ///< JSON text, from a deferred attempt.
  engine::boxed<engine::trace_context> trace = {};
};

/// Returns whether `name` can be an attempt's name, and so a file's, a container's and a Slurm
/// job's: 1 to 40 bytes of [a-z0-9-], which cannot lead out of a folder.
[[nodiscard]] inline bool is_attempt_name(std::string_view name) {
  constexpr std::size_t bytes_max = 40;
  return !name.empty() && name.size() <= bytes_max &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

/// An attempt to start.
struct start_order {
  /// Made from the attempt's id, so no other attempt ever has it. See is_attempt_name().
  std::string name;
  std::string type;
  std::string tenant;
  std::vector<attempt_job> jobs; ///< At least one; more for a batch.
  /// The type's options for its executor: the members of docs/protocol.md, executor.put, as the
  /// text of a JSON object; empty: none.
  std::string options;
  std::optional<engine::milliseconds> timeout; ///< Of the attempt.
  /// The type allows batches. A command that takes them as envelopes gets a single job in an
  /// envelope, too, so that it needs only one kind of input.
  bool takes_batches = false;
};

/// The attempt runs, or already ran.
struct started {
  std::string handle; ///< The backend's own id; for people, and to distinguish two backends.
  engine::time_point at{};
};

enum class start_failure_kind : std::uint8_t {
  temporary, ///< The backend is busy or broken: try again later, under the same name.
  refused,   ///< It can never start: no such command, no such image. A failure of the job.
};
struct start_failure {
  start_failure_kind kind = start_failure_kind::temporary;
  std::string message;
};
using start_result = boost::system::result<started, start_failure>;

[[nodiscard]] inline start_failure temporary_failure(std::string message) {
  return {start_failure_kind::temporary, std::move(message)};
}
[[nodiscard]] inline start_failure refusal(std::string message) {
  return {start_failure_kind::refused, std::move(message)};
}

enum class attempt_state : std::uint8_t {
  created, ///< Exists, but never ran; start() continues with it.
  running,
  ended, ///< result() returns how.
  lost,  ///< Fenced, or it ran and its end cannot be determined: fence() it (again).
};
struct listed_attempt {
  std::string name;
  attempt_state what = attempt_state::running;
};

/// How a command ended.
struct command_result {
  std::optional<int> exit_code; ///< Nothing if it died by a signal, or if unknown.
  std::optional<int> signal;
  engine::time_point started{};
  engine::time_point finished{}; ///< By the backend's clock; may be before `started`.
  bool timed_out = false;        ///< The backend ended it at its timeout.
  std::string message;           ///< The backend's reason, if it has one ("out of memory").
  std::string output;            ///< The beginning of stdout, at most output_bytes_max.
  bool output_is_cut = false;
  std::string error_tail; ///< The end of stderr, at most error_bytes_max.

  static constexpr std::size_t output_bytes_max = std::size_t{16} << 20;
  static constexpr std::size_t error_bytes_max = 4096;
};

/// The result of one job of a batch whose command is run once for each job; output_bytes_max
/// applies to all jobs together.
struct job_result : command_result {
  std::string job; ///< Its id.
};

/// How an attempt ended, as reported by the backend.
struct attempt_result : command_result {
  bool is_of_envelope = false; ///< The command had an envelope: its stdout reports each job.
  /// For a batch that was run job by job: the jobs that ran, in the order of start_order. The
  /// others never began, because the attempt was stopped before. Empty for all other attempts.
  std::vector<job_result> jobs;
};

enum class stop_signal : std::uint8_t { terminate, kill };
enum class output_stream : std::uint8_t { out, err };

struct output_piece {
  std::string bytes;
  bool at_end = false; ///< The attempt has ended and there are no more bytes.
};

/// One backend. Every call may block, but returns within a minute; calls run on the executor's own
/// threads, several at a time, so an implementation is thread-safe. Calls are idempotent: they are
/// repeated after a crash.
class executor {
public:
  virtual ~executor() = default;

  /// Returns its number of slots, used if its settings have none; nothing: no limit of its own. If
  /// the backend does not answer: the last known number, or 0 before its first answer.
  virtual std::optional<double> capacity() = 0;

  /// Starts the attempt unless one of this name exists or ever existed: it never runs twice. Once
  /// it has returned `started`, list() finds the attempt even if this process dies.
  virtual start_result start(const start_order& order) = 0;

  /// Returns all attempts of this instance that were not removed, in one call to the backend.
  /// Fenced ones are included, so that a crash before remove() leaves nothing behind.
  virtual backend_result<std::vector<listed_attempt>> list() = 0;

  /// Returns how an ended attempt ended.
  virtual backend_result<attempt_result> result(const std::string& name) = 0;

  /// Signals all processes of the attempt; no error if it has ended.
  virtual backend_result<void> signal(const std::string& name, stop_signal what) = 0;

  /// Returns without an error only if nothing runs under the name and nothing ever will: running
  /// processes are killed, and a start in progress will find the name taken. The name stays known
  /// as fenced until remove().
  virtual backend_result<void> fence(const std::string& name) = 0;

  /// Called once the end is recorded: list() no longer returns the attempt, and its output is kept
  /// for a while. No error if the attempt is unknown.
  virtual backend_result<void> remove(const std::string& name) = 0;

  /// Returns at most `limit` bytes of a stream from `offset`; nothing if the attempt is unknown or
  /// its output is no longer kept.
  virtual backend_result<std::optional<output_piece>> output(const std::string& name,
                                                             output_stream stream,
                                                             std::uint64_t offset,
                                                             std::size_t limit) = 0;

  /// Sets the hint function, which the backend may call on any thread: with the name of an attempt
  /// that may have ended, or with an empty name if any may have. Hints are best effort; list() is
  /// authoritative. on_hint() is called once, before any other call.
  virtual void on_hint(std::function<void(const std::string& name)> hint) = 0;

  /// The daemon stops: calls that would take seconds return now, with an error. Running attempts
  /// are not affected.
  virtual void close() {}
};

/// Name, folders and settings of an executor.
struct executor_setup {
  std::string name; ///< The executor's, as in executor.put.
  /// Id of this data folder: distinguishes its attempts from those of other daemons.
  std::string instance;
  std::string folder;   ///< A folder of its own, which exists.
  std::string options;  ///< The other members of executor.put, as the text of a JSON object.
  std::string programs; ///< Folder of rotad and its helper programs.
};

} // namespace rota::executors
