#pragma once

#include "cmd/rota/work/worker_job.hpp"
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

/// The leases that a worker holds, and when to extend them: after a third of their time, so that
/// two extensions may be lost. A lease is held until its last job is settled.
class held_leases {
public:
  using clock = std::chrono::steady_clock;
  using milliseconds = std::chrono::milliseconds;

  /// `fixed_time`: the lease time that the worker requests for every lease, if any.
  explicit held_leases(std::optional<milliseconds> fixed_time) : fixed_time_(fixed_time) {}

  /// Adds a lease from job.pop, whose answer arrived at `now` (`wall_us` on the wall clock), and
  /// returns its jobs. Because clocks may disagree, the lease's deadline can shorten its type's
  /// lease time but never lengthen it.
  [[nodiscard]] std::vector<worker_job> add(json_value lease, clock::time_point now,
                                            std::int64_t wall_us);
  /// Records that a job of the lease is settled. Returns true if it was the last.
  bool settle(const std::string& lease);

  [[nodiscard]] bool empty() const { return leases_.empty(); }
  [[nodiscard]] std::vector<std::string> ids() const;
  /// When the next extension is due.
  [[nodiscard]] std::optional<clock::time_point> next_extension() const;
  void mark_extended(clock::time_point now);

  /// Returns a type whose lease time should be requested, if any; each type only once.
  [[nodiscard]] std::optional<std::string> next_type_to_request();
  void set_lease_time(const std::string& type, milliseconds time) { lease_times_[type] = time; }
  /// Requests all types again, after a reconnect, because their settings may have changed.
  void request_lease_times_again() { requested_types_.clear(); }

private:
  struct lease_state {
    std::string type;
    milliseconds time;
    clock::time_point extended_at;
    std::size_t jobs;
  };

  std::optional<milliseconds> fixed_time_;
  std::map<std::string, lease_state> leases_;
  std::map<std::string, milliseconds> lease_times_; // By type.
  std::set<std::string> requested_types_;
};

} // namespace rota::client
