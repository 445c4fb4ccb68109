// The executor's own files: one folder for each attempt, and the output of those that are over.
//
//   runs/NAME/io/     the container's /rota: stdin, stdout, stderr,
//                     claim (made by who may run, once), timeout (made when it was over),
//                     exit (how the command ended)
//   runs/NAME/most    how many bytes stdout may have, and stderr as well
//   runs/NAME/form    whether stdin is a payload or an envelope
//   runs/NAME/cut     stdout had more
//   runs/NAME/asked   the boot in which the engine was first asked to start it
//   runs/NAME/fenced  nothing may run here any more
//   ended/NAME/       stdout and stderr of a removed attempt
#pragma once
#include "executors/ended_names.hpp"
#include "executors/executor.hpp"
#include "executors/options.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rota::executors::docker {

/// How a command ended, in the wrapper's words.
struct exit_note {
  int code = 0;
  engine::time_point at{};
};

/// What the folder knows of an attempt's past.
enum class past : std::uint8_t {
  never_ran,
  unclear, ///< The machine was restarted after the start was asked for: the claim may be lost.
  claimed, ///< It ran, or was fenced.
};

/// Safe for several threads; the names must be well-formed.
class run_folders {
public:
  /// Makes the folders; throws std::system_error.
  explicit run_folders(const std::string& folder);

  /// Makes the attempt's folder and its stdin; nothing is changed when it has run. False: it was
  /// there already. The error says what didn't work.
  backend_result<bool> prepare(const std::string& name, const command_run& what,
                               std::uint64_t output_bytes);
  [[nodiscard]] bool is_of_envelope(const std::string& name) const;
  [[nodiscard]] std::string io_folder(const std::string& name) const;

  [[nodiscard]] past past_of(const std::string& name) const;
  /// When it was claimed.
  [[nodiscard]] std::optional<engine::time_point> claimed_at(const std::string& name) const;
  /// Durable when it returns; to be called before the engine is asked to start the container.
  backend_result<void> mark_asked(const std::string& name);

  /// Durable when it returns: past_of() is `claimed` from then on.
  backend_result<void> fence(const std::string& name);
  [[nodiscard]] bool is_fenced(const std::string& name) const;

  [[nodiscard]] bool timed_out(const std::string& name) const;
  [[nodiscard]] std::optional<exit_note> note_of(const std::string& name) const;
  /// The attempts that aren't over.
  [[nodiscard]] std::vector<std::string> names() const;

  /// Whether output is there, of an attempt that is there or that is over.
  [[nodiscard]] bool has_output(const std::string& name) const;
  [[nodiscard]] bool is_over(const std::string& name) const;
  /// Bytes of a stream; none when there is nothing at `offset`.
  [[nodiscard]] std::string read(const std::string& name, output_stream stream,
                                 std::uint64_t offset, std::size_t limit) const;
  [[nodiscard]] std::uint64_t size_of(const std::string& name, output_stream stream) const;

  /// Cuts off what the streams have more than they may. A command that goes on writing goes on at
  /// the cut.
  void cut_output(const std::string& name) const;
  [[nodiscard]] bool is_cut(const std::string& name) const;

  /// Forgets an attempt that never ran.
  void drop(const std::string& name);
  /// The attempt is over: only its output is kept, of the last 10,000.
  backend_result<void> retire(const std::string& name);

private:
  [[nodiscard]] std::string run(const std::string& name) const { return runs_ + "/" + name; }
  [[nodiscard]] std::string stream_path(const std::string& name, output_stream stream) const;

  const std::string runs_;
  const std::string ended_;
  const std::string boot_;
  ended_names over_;
};

} // namespace rota::executors::docker
