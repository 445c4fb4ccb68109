// Waits for the command's end and enforces it.
#pragma once
#include "executors/process/run_folder/records.hpp"
#include "executors/process/shim/output_limit.hpp"

#include <sys/types.h>

#include <cstdint>
#include <optional>

namespace rota::shim {

class supervisor {
public:
  /// From now on, the shim handles its signals only here, and is the parent of all orphans of the
  /// command.
  supervisor(std::int64_t grace_ms, std::optional<std::int64_t> timeout_ms);

  /// Starts the time limit of all runs together.
  void start_clock();

  /// Returns when the leader of a session is dead and none of its descendants are left: how it
  /// ended, whether stdout was cut, and when.
  run_folder::run_result wait(pid_t leader, output_limit& output);

  /// Returns whether a stop was requested or the time is up.
  [[nodiscard]] bool is_stopping() const { return kill_at_ms_.has_value() || is_killed_; }

private:
  void stop(pid_t leader);
  void kill(pid_t leader);
  void on_signal(pid_t leader, int number);
  void on_time(pid_t leader);
  [[nodiscard]] int ms_to_next(const output_limit& output) const;

  std::int64_t grace_ms_;
  std::optional<std::int64_t> timeout_ms_;
  std::optional<std::int64_t> deadline_ms_;
  std::optional<std::int64_t> kill_at_ms_;
  bool is_killed_ = false;
  bool is_timed_out_ = false;
};

} // namespace rota::shim
