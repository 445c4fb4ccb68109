// A live measure of promise B1: between any two tenants, over a run of decisions at each of which
// both could be served, what one got more than the other stays within one batch of each.
#pragma once
#include "engine/fair_share/fair_share.hpp"
#include "engine/fair_share/fairness_gap.hpp"

#include <array>
#include <cstdint>

namespace rota::engine {

/// Watches a few tenants of a pool, all pairs of them: those served first, and others in place of
/// those that have not been served for long. O(watched) a decision.
class fairness_monitor {
public:
  static constexpr std::size_t watched_max = 16;
  /// Decisions without a turn after which a tenant may be replaced.
  static constexpr std::uint64_t patience = 4096;

  /// A decision for `chosen` at this cost; can_be_served(member) tells who else was eligible.
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

  /// The member's cost was another than was charged, or its weight changed: its run ends, the next
  /// begins when it is served.
  void interrupt(const share_member& member, micro cost);
  /// The member is no more.
  void forget(const share_member& member);

  fairness_gap worst() const { return worst_; }

private:
  struct watched {
    const share_member* member = nullptr;
    std::uint64_t run = 0; ///< The decision that began its run of being eligible; 0: none.
    std::uint64_t last = 0;
    bool settled = true;     ///< Served since its tag was last corrected.
    micro largest;           ///< Largest cost of a dispatch.
    double largest_gain = 0; ///< That per weight, in units of virtual time.
    std::int64_t carry = 0;
  };
  /// What the first got more than the second, since `run`.
  struct pair_run {
    std::uint64_t run = 0;
    virtual_time ahead, least, most;
  };

  /// Where the member is watched; watched_max when it isn't.
  std::size_t watch(const share_member& member);
  void note_largest(watched& w, micro cost);
  void served(std::size_t at, micro cost);
  void measure(std::size_t first, std::size_t second, virtual_time gain);

  std::uint64_t decision_ = 0;
  std::size_t used_ = 0;
  std::array<watched, watched_max> watched_{};
  std::array<std::array<pair_run, watched_max>, watched_max> pairs_{}; // first < second
  fairness_gap worst_;
};

} // namespace rota::engine
