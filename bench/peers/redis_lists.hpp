#pragma once

#include "bench/peers/client_load.hpp"
#include "bench/peers/redis_server.hpp"

namespace rota::bench {

/// A reliable queue of Redis lists: one for each tenant, a list of whose turn it is, and for each
/// worker a list of what it has in hand.
class redis_lists : public driven_peer {
public:
  redis_lists(std::filesystem::path folder, const stop_signal& stop);

  [[nodiscard]] const peer_traits& traits() const override { return traits_; }
  void prepare(const peer_shape& shape) override;
  [[nodiscard]] std::unique_ptr<peer_clients> connect(std::size_t connections,
                                                      std::size_t batch) override;
  double restart() override { return server_.restart(); }
  [[nodiscard]] std::vector<int> processes() const override { return {server_.pid()}; }

private:
  const stop_signal& stop_;
  peer_traits traits_;
  redis_server server_;
};

} // namespace rota::bench
