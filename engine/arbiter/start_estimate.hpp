// When a waiting job may begin, from what jobs took lately.
#pragma once
#include "engine/members.hpp"
#include "engine/quantity.hpp"
#include "engine/time.hpp"

#include <cstdint>
#include <optional>

namespace rota::engine {

/// How long attempts hold what they share, and how much of it is in use: moving averages over the
/// last ends. By Little's law the one divided by the other is the time in which one more job begins.
class pace {
public:
  /// An attempt of that many jobs ends, which held `share` of the `in_use` at its end.
  void note(duration ran, micro share, std::uint32_t jobs, micro in_use);

  /// The time in which `jobs` more jobs begin with that much of it in use. Nothing before the first end.
  std::optional<duration> time_of(double jobs, double in_use) const;
  /// How much was in use, on average.
  double usual_use() const { return in_use_; }

private:
  std::uint32_t ends_ = 0; ///< Counts to where the newest end has its least weight.
  double share_seconds_a_job_ = 0;
  double in_use_ = 0;
};

/// Most such jobs began between `earliest` and `latest`: docs/operations/estimates.md says how many.
struct start_estimate {
  time_point expected{};
  time_point earliest{};
  time_point latest{};
};
void members(auto& io, form_of<start_estimate> auto& e) {
  io("expected", e.expected);
  io("earliest", e.earliest);
  io("latest", e.latest);
}

/// `wait` is the expected one.
start_estimate estimate_after(duration wait, time_point now);

} // namespace rota::engine
