#pragma once

#include "bench/common/child_process.hpp"
#include "bench/peers/client_load.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>

namespace rota::bench {

/// Who chooses among the tenants' subjects.
enum class nats_consumers : std::uint8_t {
  one,         ///< Nobody: one durable consumer takes the oldest first.
  each_tenant, ///< The clients, who go round the durable consumers of the tenants.
};

/// A work queue of NATS JetStream in a file, with a subject for each tenant.
class nats : public driven_peer {
public:
  nats(std::filesystem::path folder, nats_consumers consumers, const stop_signal& stop);

  [[nodiscard]] const peer_traits& traits() const override { return traits_; }
  void prepare(const peer_shape& shape) override;
  [[nodiscard]] std::unique_ptr<peer_clients> connect(std::size_t connections,
                                                      std::size_t batch) override;
  double restart() override;
  [[nodiscard]] std::vector<int> processes() const override { return {process_->pid()}; }

private:
  void start();
  void make_stream();

  std::filesystem::path folder_;
  nats_consumers consumers_;
  const stop_signal& stop_;
  peer_traits traits_;
  std::unique_ptr<child_process> process_;
};

} // namespace rota::bench
