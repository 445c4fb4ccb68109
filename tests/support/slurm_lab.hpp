// A Slurm of three nodes for the length of a test, and an executor on it.
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

/// Shows a failed call's own words.
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

/// Calls `is_done` again and again until it says so; false when it never did.
[[nodiscard]] bool eventually(const std::function<bool()>& is_done,
                              std::chrono::seconds bound = std::chrono::seconds{60});

class slurm_lab {
public:
  /// Why no Slurm can run here; nothing when it can.
  [[nodiscard]] static std::optional<std::string> obstacle();

  /// Starts it; throws std::runtime_error with what the script says when it doesn't come up.
  slurm_lab();
  slurm_lab(const slurm_lab&) = delete;
  slurm_lab& operator=(const slurm_lab&) = delete;
  ~slurm_lab();

  /// An executor whose attempts lie in the lab's folder: what a new daemon would have. `further` is
  /// the text of more members of its settings.
  [[nodiscard]] std::unique_ptr<executors::executor>
  executor(const std::string& further = "") const;

  /// An order for a command of the shell; `further` is the text of more members of the options.
  [[nodiscard]] executors::start_order order(const std::string& name, const std::string& shell,
                                             const std::string& further = "") const;

  /// A path in the folder of the test.
  [[nodiscard]] std::string path(const std::string& name) const { return folder_.path() / name; }
  /// The lines of a file there; none when there is no file.
  [[nodiscard]] std::vector<std::string> lines(const std::string& name) const;

  /// Runs a command with the lab's settings; what it printed.
  std::string run(const std::string& shell) const;

  /// SIGKILL to a daemon of Slurm ("slurmctld", "slurmd.n1"), and a start of it.
  void kill_daemon(const std::string& name) const;
  void start_daemon(const std::string& name) const;

  /// From now on "program" is this shell text, in which $real is the true one, for all that the
  /// test starts.
  void replace_program(const std::string& program, const std::string& shell) const;

private:
  const tests::temporary_folder folder_{"slurm"};
};

/// What the executor says of the attempts, by their names.
[[nodiscard]] std::map<std::string, executors::sight> sights(executors::executor& executor);

/// Polls until the attempt has ended, then takes its result.
[[nodiscard]] executors::ending end_of(executors::executor& executor, const std::string& name);

/// Polls until the executor sees the attempt so.
[[nodiscard]] bool becomes(executors::executor& executor, const std::string& name,
                           executors::sight what);

} // namespace rota::slurm_tests
