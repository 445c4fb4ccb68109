#pragma once

#include "cmd/rota/work/job_command.hpp"
#include "json/slice.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace rota::client {

/// The leases that we hold, and when they must be extended: after a third of their time, so that
/// two extensions may get lost. A lease is held until the last of its jobs is settled.
class lease_book {
public:
  using clock = std::chrono::steady_clock;
  using milliseconds = std::chrono::milliseconds;

  /// `fixed`: the time that every lease was asked for, if it was.
  explicit lease_book(std::optional<milliseconds> fixed) : fixed_(fixed) {}

  /// Takes a lease of job.pop, whose answer came at `now` (`wall_us` on the wall clock), and returns
  /// its jobs. Clocks may disagree, so that the time until its deadline only ever shortens what its
  /// type says.
  [[nodiscard]] std::vector<leased_job> take(json_value lease, clock::time_point now,
                                             std::int64_t wall_us);
  /// A job of the lease is done with; true when it was the last.
  bool settle(const std::string& lease);

  [[nodiscard]] bool empty() const { return held_.empty(); }
  [[nodiscard]] std::vector<std::string> leases() const;
  /// When the next extension is due.
  [[nodiscard]] std::optional<clock::time_point> extend_at() const;
  void extended(clock::time_point now);

  /// A type whose lease time should be asked for, if any; it isn't named again.
  [[nodiscard]] std::optional<std::string> type_to_ask();
  void type_told(const std::string& type, milliseconds lease_time) { times_[type] = lease_time; }
  /// After a new connection all types are asked for again, as their settings may have changed.
  void ask_types_again() { asked_.clear(); }

private:
  struct held_lease {
    std::string type;
    milliseconds time;
    clock::time_point extended_at;
    std::size_t jobs;
  };

  std::optional<milliseconds> fixed_;
  std::map<std::string, held_lease> held_;
  std::map<std::string, milliseconds> times_; // By type.
  std::set<std::string> asked_;
};

} // namespace rota::client
