// A daemon on a folder of the test's choice, whose system calls can be made to fail.
#pragma once
#include "tests/support/files.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/system/support/running_daemon.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace rota::tests::fault {

/// All system calls that make data durable.
inline const std::string syncs = "fsync,fdatasync,sync_file_range";

/// The reason why strace cannot be used here; empty if it can.
std::string no_strace();

/// Prints that reason for ctest; returns true if the test cannot run.
bool skipped_without_strace();

class faulty_daemon : public daemon_child {
public:
  /// Without `data`, in a temporary folder.
  explicit faulty_daemon(std::filesystem::path data = {})
      : data_(data.empty() ? scratch_.path() / "data" : std::move(data)) {}

  /// Returns false if the daemon ended instead of listening. With `inject`, strace traces it from
  /// the first call and injects this fault.
  bool start(const std::string& inject = {});
  /// Its output on stderr since the last start.
  std::string messages() const { return read_whole(scratch_.path() / "err"); }

private:
  temporary_folder scratch_;
  std::filesystem::path data_;
};

/// Traces a running process with strace until destroyed.
class attached_strace {
public:
  /// Attaches to all threads, or to those with this name, and returns once attached; `is_attached()`
  /// returns whether that succeeded. `inject` applies to some of the `calls`, by their names in
  /// strace.
  attached_strace(pid_t process, const std::string& inject, const std::string& thread = {},
                  const std::string& calls = syncs);
  ~attached_strace();
  attached_strace(const attached_strace&) = delete;
  attached_strace& operator=(const attached_strace&) = delete;

  bool is_attached() const { return is_attached_; }

private:
  std::unique_ptr<child_program> child_;
  bool is_attached_ = false;
};

/// Calls `action` while every sync of the daemon fails and a push waits for one. The storage works
/// again on return. Returns false, with a message for ctest, if the test cannot run.
bool while_storage_fails(running_daemon& daemon, const std::function<void()>& action);

} // namespace rota::tests::fault
