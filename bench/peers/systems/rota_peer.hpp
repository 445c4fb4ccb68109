#pragma once

#include "bench/common/messages.hpp"
#include "bench/common/rotad.hpp"
#include "bench/peers/client_load.hpp"

#include <filesystem>
#include <optional>

namespace rota::bench {

/// rotad, measured like the other systems.
class rota_peer : public driven_peer {
public:
  rota_peer(peer_traits traits, std::filesystem::path binary, std::filesystem::path folder,
            std::string durability, lease_form leases, const stop_signal& stop);

  void prepare(const peer_shape& shape) override;
  [[nodiscard]] std::unique_ptr<peer_clients> connect(std::size_t connections,
                                                      std::size_t batch) override;
  double restart() override;
  [[nodiscard]] std::vector<int> processes() const override { return {daemon_->pid()}; }

private:
  [[nodiscard]] std::string type() const;

  std::filesystem::path binary_;
  std::filesystem::path folder_;
  std::string durability_;
  lease_form leases_;
  const stop_signal& stop_;
  std::optional<rotad> daemon_;
};

} // namespace rota::bench
