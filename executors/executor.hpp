// What RUNNER and POLLER drive: a backend that runs attempts. README.md tells how to add one.
#pragma once
#include "engine/boxed.hpp"
#include "engine/time.hpp"
#include "engine/trace_context.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rota::executors {

/// The backend didn't do what was asked; it says nothing about the job.
struct backend_error {
  std::string message; ///< What happened, and what to look at.
};
template <class T>
using backend_result = boost::system::result<T, backend_error>;

/// A job as its attempt gets it.
struct attempt_job {
  std::string id;
  std::string payload;                   ///< JSON text.
  std::uint32_t attempt = 1;             ///< The how-manieth try, from 1.
  std::optional<std::string> checkpoint; ///< JSON text, left by a deferred try.
  engine::boxed<engine::trace_context> trace = {};
};

/// Whether it can be an attempt's name, and so a file's, a container's and a Slurm job's: 1 to 40 bytes
/// of [a-z0-9-], which never lead out of a folder.
[[nodiscard]] inline bool is_attempt_name(std::string_view name) {
  constexpr std::size_t bytes_max = 40;
  return !name.empty() && name.size() <= bytes_max &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

/// What to start.
struct start_order {
  /// Made from the attempt's id: no other attempt ever has it. See is_attempt_name().
  std::string name;
  std::string type;
  std::string tenant;
  std::vector<attempt_job> jobs; ///< At least one; more for a batch.
  /// What the type tells its executor: the members of docs/protocol.md, executor.put, as the text
  /// of a JSON object; empty: nothing.
  std::string options;
  std::optional<engine::milliseconds> timeout; ///< Of the try.
  /// The type allows batches. A command that is given them as envelopes gets a single job in one, too:
  /// it need not know two kinds of input.
  bool takes_batches = false;
};

/// It runs, or ran already.
struct started {
  std::string handle; ///< The backend's own id; for people, and to tell two backends apart.
  engine::time_point at{};
};

enum class start_failure_kind : std::uint8_t {
  passing, ///< The backend is busy or broken: try again later, under the same name.
  refused, ///< This can't start, now or ever: no such command, no such image. The job's failure.
};
struct start_failure {
  start_failure_kind kind = start_failure_kind::passing;
  std::string message;
};
using start_result = boost::system::result<started, start_failure>;

enum class sight : std::uint8_t {
  created, ///< There, but never ran; start() goes on with it.
  running,
  ended, ///< result() has how.
  lost,  ///< Fenced, or it ran and nobody can say any more how it ended: fence() it (again).
};
struct sighting {
  std::string name;
  sight what = sight::running;
};

/// How one job of a batch ended whose type's command is run once for each job.
struct job_ending {
  std::string job; ///< Its id.
  std::optional<int> exit_code;
  std::optional<int> signal;
  engine::time_point started{};
  engine::time_point finished{};
  bool timed_out = false;
  std::string message;
  std::string output;     ///< As in `ending`; its bytes_max is that of all jobs together.
  std::string error_tail; ///< The last of this job's stderr.
  bool output_is_cut = false;
};

/// How an attempt ended, by the backend's own knowledge.
struct ending {
  std::optional<int> exit_code; ///< Nothing when it died by a signal, or isn't known.
  std::optional<int> signal;
  engine::time_point started{};
  engine::time_point finished{}; ///< The backend's clock; may lie before `started`.
  bool timed_out = false;        ///< The backend ended it at its timeout.
  std::string message;           ///< Why, where the backend has words for it ("out of memory").
  std::string output;            ///< The start of stdout, at most output_bytes_max.
  bool output_is_cut = false;
  std::string error_tail;      ///< The last of stderr, at most error_bytes_max.
  bool is_of_envelope = false; ///< The command had an envelope: its stdout tells of each job.
  /// Of a batch that was run job by job: those that ran, in the order's order. The others never
  /// began, because the attempt was stopped before. Empty for all other attempts.
  std::vector<job_ending> jobs;

  static constexpr std::size_t output_bytes_max = std::size_t{16} << 20;
  static constexpr std::size_t error_bytes_max = 4096;
};

enum class stop_signal : std::uint8_t { terminate, kill };
enum class output_stream : std::uint8_t { out, err };

struct output_piece {
  std::string bytes;
  bool at_end = false; ///< The attempt has ended and there is no more.
};

/// One backend. Every call may block (it runs on a thread of its own, several at a time, so an
/// implementation is thread-safe) but must come back within a minute. Calls are idempotent: after a
/// crash they are made again.
class executor {
public:
  virtual ~executor() = default;

  /// How many slots it has when its settings don't say so; nothing: it has no limit of its own.
  virtual std::optional<double> capacity() = 0;

  /// Starts the attempt unless one of this name is there or ever was: it never runs twice. When it
  /// returns `started`, the attempt can be found by list() even if this process dies.
  virtual start_result start(const start_order& order) = 0;

  /// All attempts of ours that weren't removed, in one call to the backend. A fenced one is there,
  /// too, so that a crash before its remove() leaves nothing behind.
  virtual backend_result<std::vector<sighting>> list() = 0;

  /// How an ended attempt ended.
  virtual backend_result<ending> result(const std::string& name) = 0;

  /// Signals the whole attempt, all its processes; no error if it has ended.
  virtual backend_result<void> signal(const std::string& name, stop_signal what) = 0;

  /// When it returns without error, nothing runs under the name, and nothing ever will: what runs
  /// is killed, a start that is still on its way will find the name taken. It stays known as
  /// fenced until remove().
  virtual backend_result<void> fence(const std::string& name) = 0;

  /// The end is recorded: list() forgets the attempt, its output is kept for a while. No error if
  /// it is unknown.
  virtual backend_result<void> remove(const std::string& name) = 0;

  /// Bytes of a stream from `offset`, at most `limit`; nothing when the attempt isn't known (any
  /// more).
  virtual backend_result<std::optional<output_piece>> output(const std::string& name,
                                                             output_stream stream,
                                                             std::uint64_t offset,
                                                             std::size_t limit) = 0;

  /// `hint` is called, on any thread, with the name of an attempt that may have ended, or with
  /// nothing when one of them may have. It is a hint only: list() is the truth. Called once, before
  /// anything else.
  virtual void on_hint(std::function<void(const std::string& name)> hint) = 0;

  /// The daemon stops: calls that would still take seconds come back now, with an error. What runs
  /// isn't touched.
  virtual void close() {}
};

/// Where an executor lives.
struct executor_place {
  std::string name;     ///< The executor's, as in executor.put.
  std::string instance; ///< Of this data folder: tells its attempts from those of other daemons.
  std::string folder;   ///< A folder of its own, made already.
  std::string options;  ///< The other members of executor.put, as the text of a JSON object.
  std::string programs; ///< The folder of rotad and its helper programs.
};

} // namespace rota::executors
