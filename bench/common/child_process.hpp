#pragma once

#include "bench/common/stop_signal.hpp"
#include "system/spawn.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace rota::bench {

/// A child process, usually a server. It is killed when its parent dies.
class child_process {
public:
  // If a constructor throws, `process_` kills the child.

  /// Starts `command` and waits until it prints a line `... listening on HOST:PORT` to stdout. Its
  /// stderr goes to the file `log`. Throws, naming the log, if it cannot be started, ends, or
  /// prints no such line within `timeout`.
  child_process(const std::vector<std::string>& command, const std::string& log,
                const stop_signal& stop, std::chrono::seconds timeout = std::chrono::seconds(600));
  /// Starts `command`, a server that is given its `port`, and waits until it accepts connections
  /// there. Its stdout goes to `log` too. Throws as above.
  child_process(const std::vector<std::string>& command, const std::string& log,
                const stop_signal& stop, std::uint16_t port,
                std::chrono::seconds timeout = std::chrono::seconds(600));
  /// Starts `command` without waiting for anything. Its stdout stays in a pipe that nobody reads
  /// and that holds some 64 kB; its stderr goes to `log`.
  static std::unique_ptr<child_process> launch(const std::vector<std::string>& command,
                                               const std::string& log);
  /// Runs a command to its end, with its output in `log`. Throws if it fails or does not end in
  /// time.
  static void run(const std::vector<std::string>& command, const std::string& log,
                  std::chrono::seconds timeout = std::chrono::seconds(60));
  /// Sends SIGTERM, and SIGKILL if the process does not end.
  ~child_process();
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;

  /// Returns the number of bytes in the pipe of a process that launch() started.
  [[nodiscard]] std::size_t unread_bytes() const;

  [[nodiscard]] int pid() const { return process_.pid(); }
  [[nodiscard]] std::uint16_t port() const { return port_; }

  /// Sends SIGTERM and waits for the end, with SIGKILL after `timeout`. Returns true if SIGTERM
  /// sufficed.
  bool stop(std::chrono::seconds timeout = std::chrono::seconds(60));
  /// Sends SIGKILL and waits for the end.
  void kill();

private:
  child_process() = default;

  enum class output_to : std::uint8_t { pipe, log };

  void start(const std::vector<std::string>& command, const std::string& log, output_to output);
  void await_connection(const stop_signal& stop, std::chrono::seconds timeout,
                        const std::string& log);
  void await_port(const stop_signal& stop, std::chrono::seconds timeout, const std::string& log);
  bool await_end(std::chrono::seconds timeout);
  system::child process_;
  system::descriptor output_;
  std::uint16_t port_ = 0;
};

/// Returns a port of 127.0.0.1 that is free at this moment.
[[nodiscard]] std::uint16_t free_port();
/// Returns the port in a line `... listening on HOST:PORT`; 0 for any other line.
[[nodiscard]] std::uint16_t port_in_line(const std::string& line);

} // namespace rota::bench
