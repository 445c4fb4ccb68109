// Each tenant's part of the service while several tenants wait.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace rota::bench {

/// At each turn while more than one tenant waits, every waiting tenant is due the part of the
/// turn's cost that its weight gives. A turn costs O(tenants).
class share_meter {
public:
  explicit share_meter(std::vector<double> weights);

  void add_waiting(std::size_t tenant) { change(tenant, 1); }
  void remove_waiting(std::size_t tenant) { change(tenant, -1); }
  /// Records a turn of a tenant that still counts as waiting.
  void turn(std::size_t tenant, double cost);

  /// The tenant's part of all cost that was dispatched while more than one tenant waited.
  [[nodiscard]] double share(std::size_t tenant) const;
  /// Jain's index (Jain, Chiu, Hawe 1984), (sum x)^2 / (n sum x^2) with x = got / due, over the n
  /// tenants that were due at least ten turns of average cost; 1 if there are none.
  [[nodiscard]] double jain() const;

private:
  struct account {
    double weight = 1;
    std::int64_t waiting = 0; ///< Number of waiting jobs.
    double received = 0;
    double due = 0;
  };
  void change(std::size_t tenant, std::int64_t by);

  std::vector<account> tenants_;
  std::size_t waiting_ = 0;    ///< Number of waiting tenants.
  std::size_t turns_ = 0;      ///< Turns while more than one tenant waited.
  double dispatched_cost_ = 0; ///< Cost of these turns.
};

} // namespace rota::bench
