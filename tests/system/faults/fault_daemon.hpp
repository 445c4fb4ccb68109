// A daemon on a folder of the test's choice, whose system calls can be made to fail.
#pragma once
#include "tests/support/files.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/system/support/running_daemon.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace rota::tests::fault {

/// All calls that make something durable.
inline const std::string syncs = "fsync,fdatasync,sync_file_range";

/// Why strace can't be used here; empty when it can.
std::string no_strace();

/// The same, printed for ctest: true where the test can't run.
bool skipped_without_strace();

class faulty_daemon : public daemon_child {
public:
  explicit faulty_daemon(std::filesystem::path data) : data_(std::move(data)) {}

  /// False when it ended instead of listening. With `inject`, strace runs it from its first call on
  /// and does that to it.
  bool start(const std::string& inject = {});
  /// What it wrote since the last start.
  std::string messages() const { return read_whole(scratch_.path() / "err"); }

private:
  temporary_folder scratch_;
  std::filesystem::path data_;
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

/// Calls `look` while each sync of the daemon fails and a push waits for one; the storage works again when this
/// returns. False, and printed for ctest, where the test can't run.
bool while_storage_fails(running_daemon& daemon, const std::function<void()>& look);

} // namespace rota::tests::fault
