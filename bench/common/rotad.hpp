#pragma once

#include "bench/common/child_process.hpp"
#include "bench/common/client.hpp"
#include "bench/common/stop_signal.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rota::bench {

/// A daemon of our own on a folder of its own, on a port that the kernel chose.
class rotad {
public:
  /// Starts `binary` with its data in `folder`/data and its log in `folder`/rotad.log, and with `more` options.
  rotad(std::filesystem::path binary, std::filesystem::path folder, std::string durability,
        const stop_signal& stop, std::vector<std::string> more = {});

  [[nodiscard]] int pid() const { return process_->pid(); }
  [[nodiscard]] std::uint16_t port() const { return process_->port(); }
  [[nodiscard]] const std::string& durability() const { return durability_; }

  /// SIGTERM until it has ended; returns the seconds that took.
  double stop();
  /// SIGKILL.
  void kill();
  /// Starts it again on the same folder; returns the seconds until it listened.
  double start();

  /// Waits until it uses no CPU to speak of: its background work is done. At most `patience`.
  void settle(std::chrono::seconds patience) const;

private:
  std::filesystem::path binary_;
  std::filesystem::path folder_;
  std::string durability_;
  std::vector<std::string> more_;
  const stop_signal& stop_;
  std::unique_ptr<child_process> process_;
};

/// Sends one request and gives the answer's result as JSON text; throws when it was refused.
[[nodiscard]] std::string ask(client_loop& clients, std::string_view method,
                              std::string_view params);

/// The worst ratio of gap to bound that the daemon has measured in any pool since its start.
struct served_fairness {
  double gap = 0;
  double bound = 0;
  double ratio = 0;
};
[[nodiscard]] served_fairness fairness_of(client_loop& clients);

/// The ready and delayed jobs of all queues.
[[nodiscard]] std::uint64_t waiting_jobs(client_loop& clients);

} // namespace rota::bench
