// The executor's files: a folder for each attempt, and the output of removed ones.
//
//   runs/NAME/io/     the container's /rota: stdin, stdout, stderr,
//                     claim (created once, by the process that may run), timeout (created when it
//                     expired), exit (how the command ended)
//   runs/NAME/most    maximum size of stdout and of stderr, in bytes
//   runs/NAME/form    whether stdin is a payload or an envelope
//   runs/NAME/cut     stdout exceeded the limit
//   runs/NAME/asked   the boot in which the engine was first asked to start it
//   runs/NAME/fenced  nothing may run here any more
//   ended/NAME/       stdout and stderr of a removed attempt
#pragma once
#include "executors/executor.hpp"
#include "executors/options.hpp"
#include "executors/retained_attempts.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rota::executors::docker {

/// How a command ended, as recorded by the wrapper.
struct exit_record {
  int code = 0;
  engine::time_point at{};
};

/// Whether an attempt has run, as far as its folder shows it.
enum class claim_state : std::uint8_t {
  unclaimed, ///< It never ran.
  unknown,   ///< The machine was rebooted after the start was requested: the claim may be lost.
  claimed,   ///< It ran, or was fenced.
};

/// Thread-safe; the names must be well-formed.
class run_folders {
public:
  /// Creates the folders; throws std::system_error.
  explicit run_folders(const std::string& folder);

  /// Creates the attempt's folder and its stdin; changes nothing if the attempt has run. Returns
  /// false if the folder already existed. The error says what failed.
  backend_result<bool> prepare(const std::string& name, const command_run& what,
                               std::uint64_t output_bytes);
  [[nodiscard]] bool is_of_envelope(const std::string& name) const;
  [[nodiscard]] std::string io_folder(const std::string& name) const;

  [[nodiscard]] claim_state claim_of(const std::string& name) const;
  /// Returns when it was claimed.
  [[nodiscard]] std::optional<engine::time_point> claimed_at(const std::string& name) const;
  /// Durable on return; call it before asking the engine to start the container.
  backend_result<void> record_start_request(const std::string& name);

  /// Durable on return: claim_of() is `claimed` from then on.
  backend_result<void> fence(const std::string& name);
  [[nodiscard]] bool is_fenced(const std::string& name) const;

  [[nodiscard]] bool timed_out(const std::string& name) const;
  [[nodiscard]] std::optional<exit_record> exit_record_of(const std::string& name) const;
  /// Returns the attempts that are not yet retired.
  [[nodiscard]] std::vector<std::string> names() const;

  /// Returns whether output of the attempt exists, retired or not.
  [[nodiscard]] bool has_output(const std::string& name) const;
  [[nodiscard]] bool is_retired(const std::string& name) const;
  /// Returns bytes of a stream; empty if there are none at `offset`.
  [[nodiscard]] std::string read(const std::string& name, output_stream stream,
                                 std::uint64_t offset, std::size_t limit) const;
  [[nodiscard]] std::uint64_t size_of(const std::string& name, output_stream stream) const;

  /// Truncates the streams to their limits. A command that continues to write continues at the cut.
  void cut_output(const std::string& name) const;
  [[nodiscard]] bool is_cut(const std::string& name) const;

  /// Deletes the folder of an attempt that never ran.
  void drop(const std::string& name);
  /// Moves the output to the retired attempts, of which the latest 10,000 are kept, and deletes the
  /// rest.
  backend_result<void> retire(const std::string& name);

private:
  [[nodiscard]] std::string run(const std::string& name) const { return runs_ + "/" + name; }
  [[nodiscard]] std::string stream_path(const std::string& name, output_stream stream) const;

  const std::string runs_;
  const std::string ended_;
  const std::string boot_;
  retained_attempts retained_;
};

} // namespace rota::executors::docker
