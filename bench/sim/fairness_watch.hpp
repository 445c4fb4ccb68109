// The exact fairness gap of any policy: all pairs of tenants, over every run of decisions at each of
// which both could have had the turn.
#pragma once
#include "bench/common/measure.hpp"
#include "bench/sim/turn_book.hpp"

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

namespace rota::bench {

class fairness_watch {
public:
  /// The tenants and their weights, by the same numbers.
  fairness_watch(const std::vector<std::string>& tenants, std::vector<double> weights);

  /// A decision among `offers` gave `tenant` a turn of that cost.
  void decided(const std::vector<possible_turn>& offers, const std::string& tenant,
               engine::micro cost);
  /// The tenant's turn came to another cost, or to nothing: its runs end, the next begin when it is
  /// served, as a refund may pay for turns before that.
  void corrected(const std::string& tenant);
  /// The daemon was started again: all runs end so.
  void restarted();

  /// Tenants by the numbers of the constructor's list.
  [[nodiscard]] std::size_t number_of(const std::string& tenant) const {
    return numbers_.at(tenant);
  }
  /// Whether the last decision belongs to a run of the tenant's.
  [[nodiscard]] bool compares(std::size_t tenant) const {
    return eligible_[tenant] != 0 && settled_[tenant] != 0;
  }

  [[nodiscard]] fairness_reading worst() const { return meter_.worst(); }
  /// The worst of the pairs that decisions can have made worse since this was last asked.
  [[nodiscard]] fairness_reading worst_of_new();

private:
  std::unordered_map<std::string, std::size_t> numbers_;
  std::vector<char> eligible_;   ///< Scratch.
  std::vector<char> settled_;    ///< Served since the last correction.
  std::vector<std::size_t> new_; ///< Who was served since worst_of_new().
  std::vector<char> is_new_;
  fairness_meter meter_;
};

} // namespace rota::bench
