// What the fairness monitor reports.
#pragma once
#include "engine/members.hpp"

namespace rota::engine {

/// The live measure of promise B1: over all pairs of watched tenants, the worst ratio between the
/// advantage of one over the other, while both could be served, and its bound. In cost per weight.
struct fairness_gap {
  double gap = 0;
  double bound = 0;
  double ratio = 0; ///< Always <= 1.
};
void members(auto& io, form_of<fairness_gap> auto& f) {
  io("gap", f.gap);
  io("bound", f.bound);
  io("ratio", f.ratio);
}

} // namespace rota::engine
