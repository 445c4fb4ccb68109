// Who got how much of what while others waited too.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace rota::bench {

/// At each turn while more than one tenant waits, every waiting tenant is due its weight's part of the
/// turn's cost. A turn costs O(tenants).
class share_meter {
public:
  explicit share_meter(std::vector<double> weights);

  void waits(std::size_t tenant) { change(tenant, 1); }
  void waits_no_more(std::size_t tenant) { change(tenant, -1); }
  /// The tenant, which waits still, gets a turn.
  void turn(std::size_t tenant, double cost);

  /// Of all that was handed out while more than one waited, the tenant's part.
  [[nodiscard]] double share(std::size_t tenant) const;
  /// (sum x)^2 / (n sum x^2) over the n tenants that were due ten turns of the usual cost or more, with
  /// x = got / due (Jain, Chiu, Hawe 1984); 1 without any.
  [[nodiscard]] double jain() const;

private:
  struct account {
    double weight = 1;
    std::int64_t waiting = 0; ///< Jobs.
    double got = 0;
    double due = 0;
  };
  void change(std::size_t tenant, std::int64_t by);

  std::vector<account> tenants_;
  std::size_t waiting_ = 0; ///< Tenants.
  std::size_t turns_ = 0;   ///< While more than one waited.
  double handed_out_ = 0;   ///< By them.
};

} // namespace rota::bench
