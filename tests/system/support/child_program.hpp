// A program that a test starts, with its output in files.
#pragma once
#include "system/spawn.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/files.hpp"
#include "tests/support/temporary_folder.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace rota::tests {

/// The programs under test: from the variables ROTAD, ROTA and ROTA_SIM, else those of this build.
std::string rotad_path();
std::string rota_path();
std::string rota_sim_path();

/// A child process. It is killed when this object is destroyed and when the test program dies.
class child_program {
public:
  /// Starts `command`, which inherits no descriptors; its stdin is /dev/null. Throws if it cannot
  /// be started.
  child_program(const std::vector<std::string>& command, const std::filesystem::path& out,
                const std::filesystem::path& err);
  /// The same, with its output in a temporary folder.
  explicit child_program(const std::vector<std::string>& command);

  /// The output so far, if it is in a temporary folder.
  std::string out() const { return read_whole(folder_->path() / "out"); }
  std::string err() const { return read_whole(folder_->path() / "err"); }

  pid_t pid() const { return process_.pid(); }
  bool is_running();
  void signal(int number) { process_.signal(number); }
  /// Waits for the end. Returns the exit status, or 128 + the number of the signal that ended the
  /// process; nothing if it has not ended in time.
  std::optional<int> wait(std::chrono::milliseconds timeout = test_timeout);

private:
  void start(const std::vector<std::string>& command, const std::filesystem::path& out,
             const std::filesystem::path& err);

  std::optional<temporary_folder> folder_;
  system::child process_;
  std::optional<int> status_;
};

/// The result of a program that ran to its end.
struct ended_program {
  int status = -1; ///< -1 if it did not end in time and was killed.
  std::string out;
  std::string err;
};
/// Runs a command and returns its status and output. Kills it if it does not end in time.
ended_program run_to_end(const std::vector<std::string>& command,
                         std::chrono::milliseconds timeout = test_timeout);

} // namespace rota::tests
