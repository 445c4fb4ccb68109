// A Slurm cluster of three nodes that lives as long as a test, and an executor on it.
#pragma once
#include "executors/executor.hpp"
#include "tests/support/temporary_folder.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// Returns whether there is a value; if not, shows the error of the call.
template <class Value>
struct Catch::StringMaker<boost::system::result<Value, rota::executors::backend_error>> {
  static std::string
  convert(const boost::system::result<Value, rota::executors::backend_error>& result) {
    return result ? "a result" : result.error().message;
  }
};
template <>
struct Catch::StringMaker<rota::executors::start_result> {
  static std::string convert(const rota::executors::start_result& result) {
    return result ? "started" : result.error().message;
  }
};

namespace rota::slurm_tests {

/// Polls until `is_done` returns true; returns false if it does not in time.
[[nodiscard]] bool eventually(const std::function<bool()>& is_done,
                              std::chrono::seconds bound = std::chrono::seconds{60});

class slurm_lab {
public:
  /// The reason why Slurm cannot run here; nothing if it can.
  [[nodiscard]] static std::optional<std::string> obstacle();

  /// Starts the cluster. If that fails, throws std::runtime_error with the output of the script.
  slurm_lab();
  slurm_lab(const slurm_lab&) = delete;
  slurm_lab& operator=(const slurm_lab&) = delete;
  ~slurm_lab();

  /// An executor that keeps its attempts in the lab's folder, as a restarted daemon would create
  /// it. `further` is appended to the members of its settings.
  [[nodiscard]] std::unique_ptr<executors::executor>
  executor(const std::string& further = "") const;

  /// A start order for a shell command. `further` is appended to the members of the options.
  [[nodiscard]] executors::start_order order(const std::string& name, const std::string& shell,
                                             const std::string& further = "") const;

  /// A path in the test's folder.
  [[nodiscard]] std::string path(const std::string& name) const { return folder_.path() / name; }
  /// The lines of a file in that folder; none if the file does not exist.
  [[nodiscard]] std::vector<std::string> lines(const std::string& name) const;

  /// Runs a command with the lab's settings and returns its output.
  std::string run(const std::string& shell) const;

  /// Sends SIGKILL to a daemon of Slurm ("slurmctld", "slurmd.n1"); start_daemon() starts it again.
  void kill_daemon(const std::string& name) const;
  void start_daemon(const std::string& name) const;

  /// Replaces a program, for everything that the test starts from now on, by this shell text, in
  /// which $real is the original program.
  void replace_program(const std::string& program, const std::string& shell) const;

private:
  const tests::temporary_folder folder_{"slurm"};
};

/// The states that the executor reports, by attempt name.
[[nodiscard]] std::map<std::string, executors::attempt_state>
listed_states(executors::executor& executor);

/// Polls until the attempt has ended, then returns its result.
[[nodiscard]] executors::attempt_result end_of(executors::executor& executor,
                                               const std::string& name);

/// Polls until the executor reports this state; returns false if it does not in time.
[[nodiscard]] bool becomes(executors::executor& executor, const std::string& name,
                           executors::attempt_state what);

} // namespace rota::slurm_tests
