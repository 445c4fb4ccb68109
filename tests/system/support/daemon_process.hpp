// A real rotad with its own folder.
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

/// A rotad that a test starts and ends; subclasses choose the command line.
class daemon_child {
public:
  /// Sends the signal and waits for the end.
  void end(int signal);
  /// Sends SIGKILL: the daemon flushes nothing and closes nothing.
  void kill() { end(SIGKILL); }
  /// Sends SIGTERM; returns the exit status, or -1 if the daemon did not end within 30 s.
  int terminate();
  bool is_running() { return child_ && child_->is_running(); }
  /// The exit status, or 128 + the signal that ended it. Nothing while it runs.
  std::optional<int> exit_status(std::chrono::milliseconds timeout = test_timeout) {
    return child_->wait(timeout);
  }

  pid_t pid() const { return child_->pid(); }
  const wire::endpoint& endpoint() const { return endpoint_; }

protected:
  /// Runs `command`, which listens on a port chosen by the kernel, with its output in the files
  /// `out` and `err` of the folder. Returns true once the port is open, false if the process ended
  /// instead.
  bool launch(const std::vector<std::string>& command, const std::filesystem::path& folder);

  std::unique_ptr<child_program> child_;
  wire::endpoint endpoint_;
};

/// Starts rotad on 127.0.0.1. The folder is kept across stops, so that a later start finds its
/// data.
class daemon_process : public daemon_child {
public:
  /// Starts the daemon. `arguments` follow --data and --listen; `config`, if not empty, is the
  /// content of its config file. Throws with the daemon's stderr if it ends instead of listening.
  explicit daemon_process(std::vector<std::string> arguments = {}, std::string_view config = {});

  void start();

  /// The HTTP port, if the arguments request one.
  const wire::endpoint& http() const { return http_; }
  /// The console port; empty without --console.
  const wire::endpoint& console() const { return console_; }
  std::filesystem::path data() const { return folder_.path() / "data"; }
  const temporary_folder& folder() const { return folder_; }
  /// The complete command line, for starts that must fail.
  std::vector<std::string> command() const;
  /// The stderr of all starts.
  std::string standard_error() const { return read_whole(folder_.path() / "err"); }
  /// Sets the arguments of later starts.
  void set_arguments(std::vector<std::string> arguments) { arguments_ = std::move(arguments); }

private:
  temporary_folder folder_;
  std::vector<std::string> arguments_;
  wire::endpoint http_;
  wire::endpoint console_;
};

/// Runs a rotad with these arguments, on a folder of its own, that must refuse to start.
ended_program start_refused(const std::vector<std::string>& arguments);

} // namespace rota::tests
