// A daemon on a folder of the test's choice, whose system calls can be made to fail.
#pragma once
#include "tests/support/files.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/system/support/child_program.hpp"
#include "wire/client.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rota::tests::fault {

/// All calls that make something durable.
inline const std::string syncs = "fsync,fdatasync,sync_file_range";

/// Why strace can't be used here; empty when it can.
std::string no_strace();

class faulty_daemon {
public:
  explicit faulty_daemon(std::filesystem::path data);

  /// False when it ended instead of listening. With `inject`, strace runs it from its first call on
  /// and does that to it.
  bool start(const std::string& inject = {});
  void kill();
  bool running() { return child_ && child_->running(); }
  /// How it ended: exit status, or 128 + signal. Nothing while it runs.
  std::optional<int> ended(std::chrono::milliseconds most = patience) { return child_->wait(most); }
  int terminate();

  pid_t pid() const { return child_->pid(); }
  const protocol::endpoint& where() const { return where_; }
  const std::filesystem::path& data() const { return data_; }
  /// What it wrote since the last start.
  std::string messages() const { return read_whole(scratch_.path() / "err"); }

private:
  temporary_folder scratch_;
  std::filesystem::path data_;
  std::unique_ptr<child_program> child_;
  protocol::endpoint where_;
};

/// strace at work on a program that runs already, until it is destroyed.
class attached_strace {
public:
  /// Returns when it is attached, to all threads or to those with that name only. `works()` tells
  /// whether that was possible. `inject` concerns some of the `calls`, as strace names them.
  attached_strace(pid_t process, const std::string& inject, const std::string& thread = {},
                  const std::string& calls = syncs);
  ~attached_strace();
  attached_strace(const attached_strace&) = delete;
  attached_strace& operator=(const attached_strace&) = delete;

  bool works() const { return works_; }

private:
  temporary_folder scratch_;
  std::unique_ptr<child_program> child_;
  bool works_ = false;
};

} // namespace rota::tests::fault
