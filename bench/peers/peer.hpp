#pragma once

#include "bench/peers/clients.hpp"
#include "bench/peers/load.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace rota::bench {

/// What a bench does with a system.
struct peer_shape {
  std::uint32_t tenants = 1;
  std::size_t batch = 1; ///< Jobs a request.
};

/// What a table says of a system.
struct peer_traits {
  std::string name;
  std::string durability;           ///< What a change is when it is answered.
  std::string rota;                 ///< The rota with the same promise.
  std::string choice;               ///< Who is served next.
  std::uint32_t fewest_tenants = 1; ///< With less it would be the same as another system.
  std::uint32_t most_tenants = 999999;
  std::size_t smallest_batch = 1; ///< As the fewest tenants.
};

/// A system under measure: a server of our own on a folder of its own, on a port that was free.
class peer {
public:
  virtual ~peer() = default;

  [[nodiscard]] virtual const peer_traits& traits() const = 0;
  /// Makes it ready for jobs of that shape, and for smaller batches. What waited is gone; what it has
  /// learnt of its tenants stays, if it learns.
  virtual void prepare(const peer_shape& shape) = 0;
  /// Between the two, a system that would take long to fill may forget its promise.
  virtual void begin_fill() {}
  virtual void end_fill() {}
  /// New connections to load it with requests of `batch` jobs. `turns` goes along with what waits.
  [[nodiscard]] virtual std::unique_ptr<peer_load> open(std::size_t connections, std::size_t batch,
                                                        tenant_turns& turns) = 0;
  /// New connections to do anything with; none when its clients live in another process.
  [[nodiscard]] virtual std::unique_ptr<peer_clients> connect(std::size_t connections,
                                                              std::size_t batch) = 0;
  /// Ends it with SIGKILL and starts it again on its folder; returns the seconds until it answers.
  virtual double restart() = 0;
  /// The processes of the server.
  [[nodiscard]] virtual std::vector<int> processes() const = 0;
};

} // namespace rota::bench
