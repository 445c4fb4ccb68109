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

/// A server that was started as a child and listens. It dies with its parent.
class child_process {
public:
  /// Starts `command` and waits until it prints a line `... listening on HOST:PORT` to stdout. Its
  /// stderr goes to the file `log`. Throws when it ends, is silent for `patience`, or can't start;
  /// the text then names the log.
  child_process(const std::vector<std::string>& command, const std::string& log,
                const stop_signal& stop, std::chrono::seconds patience = std::chrono::seconds(600));
  /// Starts `command`, a server that is told its `port`, and waits until it takes connections there.
  /// Its stdout goes to `log` too. Throws as the other.
  child_process(const std::vector<std::string>& command, const std::string& log,
                const stop_signal& stop, std::uint16_t port,
                std::chrono::seconds patience = std::chrono::seconds(600));
  /// Starts `command`, which is no server. What it writes to stdout stays in a pipe that nobody reads, some 64 kB; its
  /// stderr goes to `log`.
  static std::unique_ptr<child_process> begin(const std::vector<std::string>& command,
                                              const std::string& log);
  /// Runs a command to its end; its output goes to `log`. Throws when it fails or isn't done in time.
  static void run(const std::vector<std::string>& command, const std::string& log,
                  std::chrono::seconds patience = std::chrono::seconds(60));
  /// SIGTERM, and SIGKILL when that didn't end it.
  ~child_process();
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;

  /// The bytes in that pipe.
  [[nodiscard]] std::size_t written() const;

  [[nodiscard]] int pid() const { return process_.pid(); }
  [[nodiscard]] std::uint16_t port() const { return port_; }

  /// SIGTERM; returns when it has ended, after `patience` by SIGKILL. True: it ended by itself.
  bool stop(std::chrono::seconds patience = std::chrono::seconds(60));
  /// SIGKILL; returns when it has ended.
  void kill();

private:
  child_process() = default;

  enum class output_to : std::uint8_t { pipe, log };

  void start(const std::vector<std::string>& command, const std::string& log, output_to output);
  void await_connection(const stop_signal& stop, std::chrono::seconds patience,
                        const std::string& log);
  void await_port(const stop_signal& stop, std::chrono::seconds patience, const std::string& log);
  bool await_end(std::chrono::seconds patience);
  system::child process_;
  system::descriptor output_;
  std::uint16_t port_ = 0;
};

/// A port of 127.0.0.1 on which nobody listens now.
[[nodiscard]] std::uint16_t free_port();
/// The port in a line `... listening on HOST:PORT`; 0 when it is no such line.
[[nodiscard]] std::uint16_t port_in_line(const std::string& line);

} // namespace rota::bench
