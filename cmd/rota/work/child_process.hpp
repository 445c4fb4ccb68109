#pragma once

#include "system/spawn.hpp"

#include <boost/system/result.hpp>
#include <poll.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rota::client {

/// A command to run.
struct child_command {
  std::vector<std::string> words; ///< The program, found through PATH, and its arguments.
  std::vector<std::pair<std::string, std::string>> environment; ///< Added to ours.
  std::string input;                                            ///< Written to its stdin.
};

struct start_error {
  std::string reason;
  bool short_of_resources = false; ///< A problem of this machine, not of the command: retry later.
};

/// A command in a process group of its own, with pipes for its three streams. Driven by poll():
/// add_to(), then handle(). It is killed when the thread that started it ends.
class child_process {
public:
  using started = boost::system::result<child_process, start_error>;
  [[nodiscard]] static started start(child_command command);

  /// Adds the descriptors to wait for.
  void add_to(std::vector<pollfd>& entries) const;
  /// Writes stdin, reads stdout and stderr, and detects the end. `entries` may include descriptors
  /// of others. Never blocks.
  void handle(std::span<const pollfd> entries);

  /// After the end, no process of the group is left and the output is complete.
  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] system::process_end end() const { return end_; }
  /// Sends a signal to the whole group; has no effect after the end.
  void signal(int number) const { process_.signal_group(number); }

  /// The start of stdout; anything beyond output_bytes_max is discarded.
  [[nodiscard]] const std::string& output() const { return output_; }
  [[nodiscard]] bool output_is_cut() const { return output_is_cut_; }
  /// The last few kilobytes of stderr.
  [[nodiscard]] const std::string& error_tail() const { return error_tail_; }

  static constexpr std::size_t output_bytes_max = std::size_t{1} << 20;
  static constexpr std::size_t error_bytes_max = 4096;

private:
  child_process() = default;
  void write_input();
  void read_output();
  void read_errors();
  void handle_end();

  system::child process_; // Kills the group if it has not ended.
  system::descriptor stdin_, stdout_, stderr_;
  std::string input_;
  std::size_t written_ = 0;
  std::string output_;
  std::string error_tail_;
  bool output_is_cut_ = false;
  bool ended_ = false;
  system::process_end end_;
};

} // namespace rota::client
