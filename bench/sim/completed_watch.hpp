// Promise B2 of docs/design.md: how far completed cost comes apart.
#pragma once
#include "bench/common/measure.hpp"
#include "bench/sim/fairness_watch.hpp"
#include "engine/ids.hpp"
#include "engine/quantity.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace rota::bench {

/// Compares what of each pair of tenants ended during the runs of decisions over which a fairness_watch compares what
/// they were given. With d_f at most in flight the bound of a pair is (1 + d_f) C_f/w_f + (1 + d_g) C_g/w_g.
class completed_watch {
public:
  explicit completed_watch(std::vector<double> weights);

  /// An attempt is in flight: from before a restart, or by a decision.
  void took_off(std::size_t tenant, engine::serial attempt, engine::micro cost);
  /// A decision, which `runs` has heard of.
  void decided(const fairness_watch& runs, std::size_t tenant, engine::serial attempt,
               engine::micro cost);
  /// The turn came to another cost, or to nothing.
  void corrected(engine::serial attempt, engine::micro cost);
  /// The attempt holds nothing any more: how the pairs of its tenant now stand, at worst.
  [[nodiscard]] fairness_reading ended(engine::serial attempt);

private:
  struct flight {
    std::size_t tenant;
    double cost;
  };

  fairness_meter meter_;
  std::map<engine::serial, flight> in_flight_;
  std::vector<std::size_t> count_;
  std::vector<std::size_t> count_most_;
  std::vector<double> cost_most_;
};

} // namespace rota::bench
