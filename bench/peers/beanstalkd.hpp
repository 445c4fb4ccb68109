#pragma once

#include "bench/common/child_process.hpp"
#include "bench/peers/client_load.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>

namespace rota::bench {

/// What beanstalkd writes.
enum class beanstalk_log : std::uint8_t { none, synced };

/// beanstalkd with a tube for each tenant. Its workers go round the tubes, as it has no order among
/// them but age.
class beanstalkd : public driven_peer {
public:
  beanstalkd(std::filesystem::path folder, beanstalk_log log, const stop_signal& stop);

  [[nodiscard]] const peer_traits& traits() const override { return traits_; }
  void prepare(const peer_shape& shape) override;
  void begin_fill() override;
  void end_fill() override;
  [[nodiscard]] std::unique_ptr<peer_clients> connect(std::size_t connections,
                                                      std::size_t batch) override;
  double restart() override;
  [[nodiscard]] std::vector<int> processes() const override { return {process_->pid()}; }

private:
  enum class sync : std::uint8_t { each_write, never };

  void start(sync when);

  std::filesystem::path folder_;
  beanstalk_log log_;
  const stop_signal& stop_;
  peer_traits traits_;
  std::unique_ptr<child_process> process_;
};

} // namespace rota::bench
