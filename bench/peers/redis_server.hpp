#pragma once

#include "bench/common/child_process.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>

namespace rota::bench {

/// A redis-server that syncs its append-only file before it answers a change.
class redis_server {
public:
  redis_server(std::filesystem::path folder, const stop_signal& stop);

  /// Starts it with no data, after whatever it was.
  void start_empty();
  /// Kills it and starts it on its data; returns the seconds until it answers.
  double restart();

  [[nodiscard]] std::uint16_t port() const { return process_->port(); }
  [[nodiscard]] int pid() const { return process_->pid(); }

private:
  void start();

  std::filesystem::path folder_;
  const stop_signal& stop_;
  std::unique_ptr<child_process> process_;
};

} // namespace rota::bench
