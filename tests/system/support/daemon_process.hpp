// A real rotad on a folder of its own.
#pragma once
#include "tests/support/files.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/system/support/child_program.hpp"
#include "wire/client.hpp"

#include <csignal>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rota::tests {

/// A rotad that a test starts and ends, however it is started.
class daemon_child {
public:
  /// SIGKILL: nothing is flushed, nobody is told.
  void kill();
  /// SIGTERM; returns the exit status, -1 when it did not end within 30 s.
  int terminate();
  bool running() { return child_ && child_->running(); }
  /// The exit status, or 128 + the signal that ended it. Nothing while it runs.
  std::optional<int> ended(std::chrono::milliseconds most = patience) { return child_->wait(most); }

  pid_t pid() const { return child_->pid(); }
  const wire::endpoint& where() const { return where_; }

protected:
  /// Runs `command`, which listens on a port that the kernel chooses, with its output in the files `out` and `err` of
  /// the folder. The port is open when this returns true; false: it ended instead of listening.
  bool launch(const std::vector<std::string>& command, const std::filesystem::path& folder);

  std::unique_ptr<child_program> child_;
  wire::endpoint where_;
};

/// Starts rotad on 127.0.0.1. The folder outlives stops, so that a later start finds what the earlier one left.
class daemon_process : public daemon_child {
public:
  /// Starts at once; `arguments` come after --data and --listen, and `config`, if there is one, is its config file.
  /// Throws, with the daemon's stderr, when it ends instead of listening.
  explicit daemon_process(std::vector<std::string> arguments = {}, std::string_view config = {});

  void start();
  void restart(int signal = SIGKILL);

  /// Its HTTP port, if the arguments ask for one.
  const wire::endpoint& http() const { return http_; }
  /// Of --console; without it the port is empty.
  const wire::endpoint& console() const { return console_; }
  std::filesystem::path data() const { return folder_.path() / "data"; }
  const temporary_folder& folder() const { return folder_; }
  /// The whole command line, for starts that are to fail.
  std::vector<std::string> command() const;
  /// All that it ever wrote there, over all starts.
  std::string standard_error() const { return read_whole(folder_.path() / "err"); }
  /// The arguments of later starts.
  void set_arguments(std::vector<std::string> arguments) { arguments_ = std::move(arguments); }

private:
  temporary_folder folder_;
  std::vector<std::string> arguments_;
  wire::endpoint http_;
  wire::endpoint console_;
};

} // namespace rota::tests
