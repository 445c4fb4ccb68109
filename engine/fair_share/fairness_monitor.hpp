// A live measure of promise B1: over any run of decisions at each of which two tenants could both
// be served, one gets at most one batch of each more than the other.
#pragma once
#include "engine/fair_share/fair_share.hpp"
#include "engine/fair_share/fairness_gap.hpp"

#include <array>
#include <cstdint>

namespace rota::engine {

/// Watches all pairs among a few tenants of a pool. The first served are watched first; others
/// replace those that have not been served for a long time. O(watched) per decision.
class fairness_monitor {
public:
  static constexpr std::size_t watched_max = 16;
  /// Number of decisions without a turn after which a tenant may be replaced.
  static constexpr std::uint64_t patience = 4096;

  /// Records a decision for `chosen` at this cost. can_be_served(member) returns whether that
  /// tenant was eligible, too.
  template <class Eligible>
  void decided(const share_member& chosen, micro cost, Eligible&& can_be_served) {
    ++decision_;
    const std::size_t at = watch(chosen);
    for (std::size_t i = 0; i < used_; ++i) {
      watched& w = watched_[i];
      w.settled = w.settled || i == at;
      if (!w.settled || w.member->refund > virtual_time{} || (i != at && !can_be_served(*w.member)))
        w.run = 0;
      else if (w.run == 0)
        w.run = decision_;
    }
    if (at < used_)
      served(at, cost);
  }

  /// Ends the member's run, because a cost was corrected or its weight changed; the next run starts
  /// when it is served.
  void interrupt(const share_member& member, micro cost);
  /// Stops watching a member that is being removed.
  void forget(const share_member& member);

  fairness_gap worst() const { return worst_; }

private:
  struct watched {
    const share_member* member = nullptr;
    std::uint64_t run = 0; ///< The decision at which its current run of eligibility began; 0: none.
    std::uint64_t last = 0;
    bool settled = true;     ///< Served since its tag was last corrected.
    micro largest;           ///< Largest cost of one dispatch.
    double largest_gain = 0; ///< That cost per weight, in units of virtual time.
    std::int64_t carry = 0;
  };
  /// How much more the first got than the second since `run`.
  struct pair_run {
    std::uint64_t run = 0;
    virtual_time ahead, least, most;
  };

  /// The member's index; watched_max if it is not watched.
  std::size_t watch(const share_member& member);
  void raise_largest(watched& w, micro cost);
  void served(std::size_t at, micro cost);
  void measure(std::size_t first, std::size_t second, virtual_time gain);

  std::uint64_t decision_ = 0;
  std::size_t used_ = 0;
  std::array<watched, watched_max> watched_{};
  std::array<std::array<pair_run, watched_max>, watched_max> pairs_{}; // first < second
  fairness_gap worst_;
};

} // namespace rota::engine
