// Watches the decisions of an arbiter: measures their fairness and, for Rota's own arbiter, checks
// the promises of docs/design.md.
#pragma once
#include "tests/model/fairness_watch.hpp"

#include <string>
#include <utility>
#include <vector>

namespace rota::model {

struct referee {
  referee(const std::vector<std::string>& tenants, std::vector<double> tenants_weights)
      : weights(std::move(tenants_weights)), fairness(tenants, weights) {}

  /// Keeps the first broken promise.
  void report_violation(std::string what) {
    if (violation.empty())
      violation = std::move(what);
  }

  std::vector<double> weights; ///< Of the tenants, at the start.
  fairness_watch fairness;
  /// Whether promises are checked after each step, at the cost of a full scan.
  bool checks = false;
  /// Whether some jobs need more slots than others: then reservations pass over tenants, by design.
  bool reserves = false;
  /// Whether all asks want all types and all work fits alike, so that the tag of a tenant under no
  /// shared limit is relative to the pool's own time.
  bool one_clock = true;
  std::string violation; ///< Empty: none.
};

} // namespace rota::model
