#pragma once

#include "bench/common/child_process.hpp"
#include "bench/common/client.hpp"
#include "bench/common/stop_signal.hpp"
#include "engine/fair_share/fairness_gap.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rota::bench {

/// A daemon on its own folder and on a port that the kernel chose.
class rotad {
public:
  /// Starts `binary` with its data in `folder`/data, its log in `folder`/rotad.log, and the options
  /// `more`.
  rotad(std::filesystem::path binary, std::filesystem::path folder, std::string durability,
        const stop_signal& stop, std::vector<std::string> more = {});

  [[nodiscard]] int pid() const { return process_->pid(); }
  [[nodiscard]] std::uint16_t port() const { return process_->port(); }
  [[nodiscard]] const std::string& durability() const { return durability_; }

  /// Sends SIGTERM and waits for the end; returns the seconds that took.
  double stop();
  /// Sends SIGKILL and waits for the end.
  void kill();
  /// Starts the daemon again on the same folder; returns the seconds until it listened.
  double start();

  /// Waits until the daemon uses almost no CPU, so that its background work is done; at most
  /// `timeout`.
  void settle(std::chrono::seconds timeout) const;

private:
  std::filesystem::path binary_;
  std::filesystem::path folder_;
  std::string durability_;
  std::vector<std::string> more_;
  const stop_signal& stop_;
  std::unique_ptr<child_process> process_;
};

/// Sends one request and returns the result as JSON; throws if the answer is an error. Also called
/// for its effect alone.
std::string ask(client_loop& clients, std::string_view method, std::string_view params);

/// Puts a type with the default settings or with batches of up to `batch_max` jobs.
void put_type(client_loop& clients, const std::string& name,
              std::optional<std::size_t> batch_max = std::nullopt);

/// Returns the gap with the worst ratio of gap to bound in any pool since the daemon's start.
[[nodiscard]] engine::fairness_gap fairness_of(client_loop& clients);

/// The number of ready and delayed jobs in all queues.
[[nodiscard]] std::uint64_t waiting_jobs(client_loop& clients);

} // namespace rota::bench
