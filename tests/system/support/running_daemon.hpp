// The common fixture of system tests: a daemon and a client.
#pragma once
#include "tests/system/support/daemon_process.hpp"
#include "tests/system/support/test_client.hpp"

#include <string>
#include <vector>

namespace rota::tests {

struct running_daemon {
  daemon_process rotad;
  test_client client;

  explicit running_daemon(std::vector<std::string> arguments = {}, std::string_view config = {})
      : rotad(std::move(arguments), config), client(rotad.endpoint()) {}

  /// The command line of a `rota` that calls this daemon.
  std::vector<std::string> rota(const std::vector<std::string>& words) const {
    std::vector<std::string> command{rota_path(), "--server", "127.0.0.1:" + rotad.endpoint().port};
    command.insert(command.end(), words.begin(), words.end());
    return command;
  }

  /// Starts the daemon again after its end, with a new client.
  void start() {
    rotad.start();
    client = test_client{rotad.endpoint()};
  }
  /// Ends the daemon with the signal and starts it again on the same folder, with a new client.
  void restart(int signal = SIGKILL) {
    rotad.end(signal);
    start();
  }
};

} // namespace rota::tests
