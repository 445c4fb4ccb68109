// The command's process, ready to run but held back.
#pragma once
#include "executors/process/run_folder/records.hpp"

#include <optional>
#include <string>
#include <variant>

namespace rota::shim {

struct command_setup {
  const run_folder::order& order;
  const run_folder::run_order& run;
  int in = -1;
  int out = -1;
  int err = -1;
};

/// Why a command does not run.
struct command_failure {
  std::string message;
  bool is_temporary = false; ///< Temporary: the machine lacks a resource.
};

class prepared_command {
public:
  /// Starts a process with session, limits, folder and streams set up, whose program was found. It
  /// dies with the shim, or if this object is destroyed before release().
  static std::variant<prepared_command, command_failure> start(const command_setup& setup);

  [[nodiscard]] pid_t pid() const { return pid_; }

  /// Lets the program run.
  void release();

  /// Returns why the program could not be executed after all. Call it once the process has ended.
  [[nodiscard]] std::optional<command_failure> failure(const run_folder::run_order& run) const;

private:
  prepared_command(pid_t pid, system::descriptor gate, system::descriptor reports);

  pid_t pid_;
  system::descriptor gate_;
  system::descriptor reports_;
};

/// Ends a job that was never released.
void drop(prepared_command job);

} // namespace rota::shim
