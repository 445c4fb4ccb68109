// Child processes: starting, watching and reaping them.
#pragma once
#include "system/call_error.hpp"
#include "system/descriptor.hpp"

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rota::system {

/// How a process ended.
struct process_end {
  bool by_signal = false;
  int code = 0; ///< The exit code, or the signal's number.

  /// The status as a shell reports it: 128 + the signal's number if a signal ended the process.
  [[nodiscard]] int shell_status() const { return by_signal ? 128 + code : code; }
};

/// Waits for a child of this process to end, and reaps it.
process_end reap(pid_t child);

enum class process_group : std::uint8_t { ours, own, own_session };

/// A program to start, and what it inherits.
struct program {
  /// The program, searched in this process's PATH unless it contains a slash, and its arguments.
  std::vector<std::string> words;
  /// "NAME=value"; by default that of this process.
  std::optional<std::vector<std::string>> environment;
  /// Descriptors of this process that become its standard streams.
  int in = 0;
  int out = 1;
  int err = 2;
  std::vector<int> more;              ///< Become its descriptors 3, 4, and so on.
  bool keeps_descriptors = false;     ///< It also inherits other descriptors that are not close-on-
                                      ///< exec.
  bool keeps_ignored_signals = false; ///< It also ignores the signals that this process ignores,
                                      ///< except SIGPIPE.
  process_group group = process_group::ours;
  int death_signal = 0; ///< Sent to it when the thread that started it ends; 0: none.
};

/// A process started by this one. It is killed when its owner is destroyed.
class child {
public:
  child() = default;
  child(child&& other) noexcept { swap(other); }
  child& operator=(child&& other) noexcept {
    swap(other);
    return *this;
  }
  child(const child&) = delete;
  child& operator=(const child&) = delete;
  /// Kills the process, and its group if it has its own; leaves no zombie.
  ~child();

  /// -1 after it was reaped.
  [[nodiscard]] pid_t pid() const { return pid_; }
  /// Readable once it has ended.
  [[nodiscard]] const descriptor& handle() const { return handle_; }
  /// Waits for it to end, at most `most`. Its number, and that of its group, are not reused before
  /// it is reaped.
  [[nodiscard]] bool ends_within(std::chrono::milliseconds most) const;

  /// Signals the process; does nothing after it was reaped.
  void signal(int number) const;
  /// Signals all processes of its own group.
  void signal_group(int number) const;
  /// Waits for it to end.
  process_end reap();

private:
  friend result<child> spawn(program what);
  child(pid_t pid, bool leads_group, descriptor handle)
      : pid_(pid), leads_group_(leads_group), handle_(std::move(handle)) {}
  void swap(child& other) noexcept {
    std::swap(pid_, other.pid_);
    std::swap(leads_group_, other.leads_group_);
    std::swap(handle_, other.handle_);
  }

  pid_t pid_ = -1;
  bool leads_group_ = false;
  descriptor handle_;
};

/// Starts the program with no signal blocked. The error names the call that failed; failing to
/// execute the program is an error, too. Callable from any thread; does not copy this process's
/// memory.
[[nodiscard]] result<child> spawn(program what);

} // namespace rota::system
