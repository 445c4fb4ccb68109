#pragma once

#include "bench/peers/peer.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace rota::bench {

/// A load made by our own connections.
class client_load : public peer_load {
public:
  client_load(std::unique_ptr<peer_clients> clients, const peer_shape& shape, tenant_turns& turns);

  [[nodiscard]] load_result run(peer_work what, const load_limit& limit) override;

private:
  using clock = std::chrono::steady_clock;
  enum class step : std::uint8_t { pushing, popping, completing, resting };

  struct worker {
    step doing = step::resting;
    std::size_t popped = 0;
    std::size_t empty_pops = 0; ///< Consecutive ones.
    clock::time_point sent;
  };

  void start_step(std::size_t connection);
  void begin_push(std::size_t connection);
  void begin_pop(std::size_t connection);
  void rest(std::size_t connection);
  void end_step(std::size_t connection, std::size_t jobs);
  void end_pop(std::size_t connection, std::size_t jobs);

  std::unique_ptr<peer_clients> clients_;
  peer_shape shape_;
  tenant_turns& turns_;
  std::vector<worker> workers_;
  peer_work what_ = peer_work::push;
  clock::time_point end_;
  std::uint64_t left_ = 0; ///< Jobs that may still be started.
  std::size_t active_ = 0;
  load_result result_;
};

/// A system that is loaded by our own connections.
class driven_peer : public peer {
public:
  using peer::peer;

  [[nodiscard]] std::unique_ptr<peer_load> open(std::size_t connections, std::size_t batch,
                                                tenant_turns& turns) override {
    return std::make_unique<client_load>(connect(connections, batch),
                                         peer_shape{shape_.tenants, batch}, turns);
  }

protected:
  /// The shape of the last prepare().
  [[nodiscard]] const peer_shape& shape() const { return shape_; }
  void set_shape(const peer_shape& shape) { shape_ = shape; }

private:
  peer_shape shape_;
};

} // namespace rota::bench
