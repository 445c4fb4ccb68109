// Watches the decisions of an arbiter: how fair they are, and, of Rota's own, whether they keep the
// promises of docs/design.md.
#pragma once
#include "tests/model/fairness_watch.hpp"

#include <string>
#include <utility>
#include <vector>

namespace rota::model {

struct referee {
  referee(const std::vector<std::string>& tenants, std::vector<double> tenants_weights)
      : weights(std::move(tenants_weights)), fairness(tenants, weights) {}

  /// Notes the first promise that was broken.
  void complain(std::string what) {
    if (complaint.empty())
      complaint = std::move(what);
  }

  std::vector<double> weights; ///< Of the tenants at the start.
  fairness_watch fairness;
  /// Whether promises are checked after each step, which costs a look at everything.
  bool checks = false;
  /// Whether some jobs need more slots than others: then reservations pass over tenants, by design.
  bool reserves = false;
  /// Whether all asks want all types and all work fits alike, so that a tenant under no shared limit counts
  /// from the pool's own time.
  bool one_clock = true;
  std::string complaint; ///< Empty: none.
};

} // namespace rota::model
