// Watches the decisions of an arbiter: how fair they are, and, of Rota's own, whether they keep the
// promises of docs/design.md.
#pragma once
#include "bench/sim/fairness_watch.hpp"
#include "bench/sim/workload.hpp"

#include <string>
#include <vector>

namespace rota::bench {

struct referee {
  explicit referee(const workload& work)
      : weights(weights_of(work)), fairness(work.tenants, weights) {}

  /// Notes the first promise that was broken.
  void complain(std::string what) {
    if (complaint.empty())
      complaint = std::move(what);
  }

  std::vector<double> weights; ///< Of the workload's tenants.
  fairness_watch fairness;
  /// Whether promises are checked after each step, which costs a look at everything.
  bool checks = false;
  /// Whether some jobs need more slots than others: then reservations pass over tenants, by design.
  bool reserves = false;
  std::string complaint; ///< Empty: none.
};

} // namespace rota::bench
