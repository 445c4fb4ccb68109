// Estimates when a waiting job starts, from recent run times.
#pragma once
#include "engine/members.hpp"
#include "engine/quantity.hpp"
#include "engine/time.hpp"

#include <cstdint>
#include <optional>

namespace rota::engine {

/// Moving averages over recent ends: how long attempts hold a shared resource, and how much of it
/// is in use. By Little's law their quotient is the time in which one more job starts.
class throughput {
public:
  /// Records the end of an attempt with `jobs` jobs that held `share` of the `in_use` at that time.
  void record(duration ran, micro share, std::uint32_t jobs, micro in_use);

  /// The time in which `jobs` more jobs start while `in_use` is in use. Nothing before the first
  /// end.
  std::optional<duration> time_of(double jobs, double in_use) const;
  /// The average amount in use.
  double average_use() const { return in_use_; }

private:
  std::uint32_t ends_ = 0; ///< Saturates where the newest end has its minimum weight.
  double seconds_per_job_ = 0;
  double in_use_ = 0;
};

/// Most such jobs started between `earliest` and `latest`: docs/operations/estimates.md has
/// figures.
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

/// `wait` is the expected waiting time.
start_estimate estimate_after(duration wait, time_point now);

} // namespace rota::engine
