#pragma once

#include "bench/common/child_process.hpp"
#include "bench/peers/systems/redis.hpp"

#include <filesystem>
#include <memory>

namespace rota::bench {

/// BullMQ on its own Redis. Its clients run in Node, so the load does too (bullmq/driver.cjs) and
/// reports its results.
class bullmq : public peer {
public:
  /// `modules` contains the driver and the packages that it needs, in node_modules.
  bullmq(peer_traits traits, const std::filesystem::path& modules, std::filesystem::path folder,
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
  std::unique_ptr<child_process> driver_; ///< Must end before the server.
};

} // namespace rota::bench
