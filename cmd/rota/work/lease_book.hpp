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

/// The leases that the worker holds and when to extend them: after a third of their time, so that
/// two extensions may be lost. A lease is held until its last job is settled.
class lease_book {
public:
  using clock = std::chrono::steady_clock;
  using milliseconds = std::chrono::milliseconds;

  /// `fixed`: the lease time that the worker requests for every lease, if any.
  explicit lease_book(std::optional<milliseconds> fixed) : fixed_(fixed) {}

  /// Adds a lease from job.pop, whose answer arrived at `now` (`wall_us` on the wall clock), and
  /// returns its jobs. Because clocks may disagree, the lease's deadline can shorten its type's
  /// lease time but never lengthen it.
  [[nodiscard]] std::vector<leased_job> take(json_value lease, clock::time_point now,
                                             std::int64_t wall_us);
  /// Records that a job of the lease is settled. Returns true if it was the last.
  bool settle(const std::string& lease);

  [[nodiscard]] bool empty() const { return held_.empty(); }
  [[nodiscard]] std::vector<std::string> leases() const;
  /// When the next extension is due.
  [[nodiscard]] std::optional<clock::time_point> extend_at() const;
  void extended(clock::time_point now);

  /// Returns a type whose lease time should be requested, if any; each type only once.
  [[nodiscard]] std::optional<std::string> type_to_ask();
  void type_told(const std::string& type, milliseconds lease_time) { times_[type] = lease_time; }
  /// Requests all types again after a reconnect, because their settings may have changed.
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
