// Promise B2 of docs/design.md: the bound on differences in completed cost.
#pragma once
#include "engine/ids.hpp"
#include "engine/quantity.hpp"
#include "tests/model/fairness_watch.hpp"
#include "tests/model/pair_gaps.hpp"

#include <cstddef>
#include <map>
#include <vector>

namespace rota::model {

/// Compares the completed cost of each pair of tenants over the runs of decisions that a
/// fairness_watch compares. With at most d_f in flight, the bound of a pair is (1 + d_f) C_f/w_f +
/// (1 + d_g) C_g/w_g.
class completed_watch {
public:
  explicit completed_watch(std::vector<double> weights);

  /// Adds an attempt in flight: from before a restart, or by a decision.
  void started(std::size_t tenant, engine::serial attempt, engine::micro cost);
  /// A decision that `runs` has recorded.
  void decided(const fairness_watch& runs, std::size_t tenant, engine::serial attempt,
               engine::micro cost);
  void set_weight(std::size_t tenant, double weight) { gaps_.set_weight(tenant, weight); }
  /// The turn had another cost, or took no jobs.
  void corrected(engine::serial attempt, engine::micro cost);
  /// Ends an attempt; returns the worst current gap among the pairs of its tenant.
  [[nodiscard]] engine::fairness_gap ended(engine::serial attempt);

private:
  void allow(std::size_t tenant, engine::micro cost);

  struct started_attempt {
    std::size_t tenant;
    double cost;
  };

  pair_gaps gaps_;
  std::map<engine::serial, started_attempt> in_flight_;
  std::vector<std::size_t> count_;
  std::vector<std::size_t> count_most_;
  std::vector<double> cost_most_;
};

} // namespace rota::model
