// One attempt from its order to its result.
#pragma once
#include "executors/process/run_folder/records.hpp"
#include "executors/process/shim/cgroups.hpp"
#include "executors/process/shim/prepared_command.hpp"
#include "executors/process/shim/supervisor.hpp"

#include <functional>
#include <string>

namespace rota::shim {

/// Reports to the executor that waits for the start: "started PID NS", "refused WHY" or "passing
/// WHY".
using report = std::function<void(const std::string& line)>;

class attempt {
public:
  attempt(const system::descriptor& folder, system::process_identity self, run_folder::order order,
          report tell);

  /// Runs the command as often as the order says and records how it ended.
  void run();

private:
  [[nodiscard]] bool open_streams();
  [[nodiscard]] std::variant<prepared_command, command_failure> hold(std::size_t index);
  /// Returns false if the first run can never start: the executor was informed, nothing is left.
  [[nodiscard]] bool run_one(std::size_t index);
  [[nodiscard]] bool record_start(std::size_t index, const prepared_command& command,
                                  std::int64_t at_ns);
  void write_warnings();
  [[nodiscard]] std::string message_of(const run_folder::run_result& run) const;
  void finish();

  const system::descriptor& folder_;
  system::process_identity self_;
  run_folder::order order_;
  report report_;
  cgroups cgroups_;
  supervisor supervisor_;
  system::descriptor out_;
  system::descriptor err_;
  std::size_t warnings_written_ = 0;
  run_folder::result result_;
};

} // namespace rota::shim
