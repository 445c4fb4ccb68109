// Promise B1 within types and classes, see docs/design.md: tenants whose live work is all of one
// type, or all under the same shared limits, stay within the bound even while the frame is closed.
#pragma once
#include "engine/quantity.hpp"
#include "tests/model/fairness_watch.hpp"
#include "tests/model/pair_gaps.hpp"
#include "tests/model/turn_model.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace rota::model {

/// Compares the members of each frame over runs of the decisions at which the frame took part;
/// other decisions do not end a run. O(tenants x frames) per decision.
class frame_watch {
public:
  explicit frame_watch(std::vector<double> weights);

  /// Records a decision of `runs` for `chosen`, with each tenant's live work. `open(type)` returns
  /// whether the type took part.
  template <class Open>
  void decided(const fairness_watch& runs, const std::vector<live_tenant>& live, std::size_t chosen,
               engine::micro cost, Open&& open) {
    allow(chosen, cost);
    std::map<std::string, members> types;
    std::map<std::string, members> classes;
    for (const auto& tenant : live) {
      const auto number = runs.number_of(tenant.name);
      if (!tenant.only_type.empty())
        types[tenant.only_type].push_back(number);
      if (!tenant.only_class.empty())
        classes[tenant.only_class].push_back(number);
    }
    const auto could_be_served = [&](const members& of) {
      for (const auto number : of) {
        if (runs.eligible(number))
          return true;
      }
      return false;
    };
    compare(types_, types, runs, chosen, cost,
            [&](const std::string& name, const members&) { return open(name); });
    compare(classes_, classes, runs, chosen, cost,
            [&](const std::string&, const members& of) { return could_be_served(of); });
  }
  void corrected(std::size_t tenant, engine::micro cost);
  void set_weight(std::size_t tenant, double weight);

  [[nodiscard]] const engine::fairness_gap& worst_of_types() const { return worst_of_types_; }
  [[nodiscard]] const engine::fairness_gap& worst_of_classes() const { return worst_of_classes_; }

private:
  using members = std::vector<std::size_t>;
  using frames = std::map<std::string, pair_gaps>;

  void allow(std::size_t tenant, engine::micro cost);
  pair_gaps& frame(frames& of, const std::string& name);
  /// Ends the runs of tenants that are no longer members.
  static void end_runs_of_others(pair_gaps& gaps, const members& of, std::size_t tenants);
  void update_worst();

  template <class Open>
  void compare(frames& in, const std::map<std::string, members>& now, const fairness_watch& runs,
               std::size_t chosen, engine::micro cost, Open&& open) {
    for (const auto& [name, of] : now)
      frame(in, name);
    for (auto& [name, gaps] : in) {
      const auto found = now.find(name);
      const members of = found == now.end() ? members{} : found->second;
      end_runs_of_others(gaps, of, weights_.size());
      if (of.empty() || !open(name, of))
        continue;
      for (const auto number : of)
        gaps.set_compared(number, runs.compares(number));
      gaps.dispatched(chosen, cost.as_double());
    }
    update_worst();
  }

  std::vector<double> weights_;
  std::vector<double> largest_cost_;
  frames types_;
  frames classes_;
  engine::fairness_gap worst_of_types_;
  engine::fairness_gap worst_of_classes_;
};

} // namespace rota::model
