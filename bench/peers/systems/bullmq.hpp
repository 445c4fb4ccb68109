#pragma once

#include "bench/common/child_process.hpp"
#include "bench/peers/systems/redis.hpp"

#include <filesystem>
#include <memory>

namespace rota::bench {

/// BullMQ on a Redis of its own. Its clients live in Node, so the load does too
/// (bullmq/driver.cjs) and tells what it came to.
class bullmq : public peer {
public:
  /// `modules` holds the driver and, in node_modules, the packages that it needs.
  bullmq(const std::filesystem::path& modules, std::filesystem::path folder,
         const stop_signal& stop);

  void prepare(const peer_shape& shape) override;
  [[nodiscard]] std::unique_ptr<peer_load> open(std::size_t connections, std::size_t batch,
                                                tenant_turns& turns) override;
  [[nodiscard]] std::unique_ptr<peer_clients> connect(std::size_t, std::size_t) override {
    return nullptr;
  }
  double restart() override;
  [[nodiscard]] std::vector<int> processes() const override { return {server_.pid()}; }

private:
  void start_driver();

  std::filesystem::path modules_;
  std::filesystem::path folder_;
  const stop_signal& stop_;
  own_server server_;
  std::unique_ptr<child_process> driver_; ///< Ends before the server.
};

} // namespace rota::bench
