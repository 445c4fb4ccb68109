// Child processes: how each one is started, watched and reaped.
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
  int code = 0; ///< The exit code or the signal's number.

  /// As a shell has it: 128 and the signal's number when a signal ended it.
  [[nodiscard]] int shell_status() const { return by_signal ? 128 + code : code; }
};

/// Waits until our child has ended, and gives its number free.
process_end reap(pid_t child);

enum class process_group : std::uint8_t { ours, own, own_session };

/// A program to start, and all that it gets from us.
struct program {
  /// The program, looked for in our PATH unless it has a slash, and its arguments.
  std::vector<std::string> words;
  /// "NAME=value"; all of ours when not given.
  std::optional<std::vector<std::string>> environment;
  /// Our descriptors that become its standard streams.
  int in = 0;
  int out = 1;
  int err = 2;
  std::vector<int> more;              ///< Those that become its 3, 4, and so on.
  bool keeps_descriptors = false;     ///< It has what else we have open without close-on-exec, too.
  bool keeps_ignored_signals = false; ///< What we ignore it ignores, too, but for SIGPIPE.
  process_group group = process_group::ours;
  int death_signal = 0; ///< What it gets when the thread that started it ends; 0: nothing.
};

/// A process that we started. It is killed with its owner.
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
  /// Kills it, and what is in its group when that is its own; leaves no zombie.
  ~child();

  /// -1 once it is reaped.
  [[nodiscard]] pid_t pid() const { return pid_; }
  /// Readable once it has ended.
  [[nodiscard]] const descriptor& handle() const { return handle_; }
  /// Waits until it has ended, at most so long. Until it is reaped its number, and that of its
  /// group, is its own.
  [[nodiscard]] bool ends_within(std::chrono::milliseconds most) const;

  /// To the process; to none once it is reaped.
  void signal(int number) const;
  /// To all processes of its own group.
  void signal_group(int number) const;
  /// Waits until it has ended.
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

/// Starts the program, in which no signal is blocked. The error says which call failed; that the
/// program can't be executed is one, too. Any thread; doesn't copy our memory.
[[nodiscard]] result<child> spawn(program what);

} // namespace rota::system
