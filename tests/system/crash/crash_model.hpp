// What the clients of a daemon that is killed again and again were told, and what follows from that.
#pragma once
#include "tests/system/support/json.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace rota::tests::crash {

/// The settings that stand from the start, and that no state may ever break.
inline constexpr std::size_t narrow_max_running = 4;
inline constexpr std::size_t narrow_max_running_per_tenant = 3;
inline constexpr std::size_t capped_max_running = 2;
inline constexpr const char* sleeper = "sleeper"; ///< The tenant that is paused and resumed.

struct job_spec {
  std::string type;
  std::string tenant;
  std::string key;             ///< Idempotency key; may be empty.
  std::string concurrency_key; ///< May be empty; "one" and "two" are limited to as many.
  std::int64_t delay_ms = 0;
};

struct ended_as {
  std::string state;
  std::string result; ///< JSON text; empty: nothing is known about it.
};

/// All that was acknowledged, all that may have happened. Every method may be called from any thread.
/// Whatever contradicts an earlier acknowledgement becomes a violation.
class model {
public:
  // -- pushes: said before they are sent, answered after ------------------------------------------
  std::size_t pushing(const job_spec& spec);
  void pushed(std::size_t number, const std::string& id, bool duplicate);
  /// Some job with an idempotency key that was acknowledged, if there is any.
  std::optional<std::size_t> keyed(std::mt19937_64& random) const;
  /// Jobs acknowledged that have not ended.
  std::size_t backlog() const;
  job_spec spec_of(std::size_t number) const;

  // -- leases -------------------------------------------------------------------------------------
  /// Orders sends and answers.
  std::uint64_t tick();
  void leased(const json& lease, std::uint64_t pop_sent);
  /// A pop was never answered: up to so many jobs may be leased to nobody.
  void pop_lost(std::size_t jobs);
  /// Jobs of the lease (all when empty) are about to be given back or completed.
  void settling(const std::string& lease, const std::string& job);
  /// The lease can't have expired yet: refusing it would be wrong.
  bool certain(const std::string& lease) const;
  void completed(const std::string& job, const std::string& state, const std::string& result);
  void deferred(const std::string& job, const std::string& until);
  /// How a settled job goes on was never said.
  void in_doubt(const std::string& job);

  // -- cancels, pauses, settings ------------------------------------------------------------------
  std::vector<std::string> some_jobs(std::mt19937_64& random, std::size_t count) const;
  void cancelling(const std::vector<std::string>& ids);
  void cancel_answered(const std::string& id, const std::string& list);
  void pause_unknown();
  void paused();
  void putting(const std::string& setting, std::int64_t value);
  void put(const std::string& setting, std::int64_t value);
  /// Settings that were put, and the values that they may have.
  std::map<std::string, std::set<std::int64_t>> settings() const;

  // -- verdicts -----------------------------------------------------------------------------------
  /// Ids of all jobs whose push was acknowledged.
  std::vector<std::string> acknowledged() const;
  /// What job.get says while nobody else does anything.
  void check(const std::string& id, const json& job);
  void missing(const std::string& id, const std::string& why);
  void violated(const std::string& what);
  std::vector<std::string> violations() const;
  std::string summary() const;
  /// Jobs that run and whose lease nobody has must be explained by pops that were never answered.
  void check_strays();

private:
  struct record {
    job_spec spec;
    std::string id;
    bool acknowledged = false;
    std::int64_t not_before_us = 0;
    std::optional<ended_as> end;
    bool doubtful = false; ///< A settle was never answered.
    bool cancel_sent = false;
    std::optional<std::uint64_t> cancel_acknowledged; ///< When.
    std::string holder;                               ///< The lease that we have of it.
  };
  struct lease_record {
    std::string type;
    std::string tenant;
    std::string concurrency_key;
    std::int64_t deadline_us = 0;
    std::set<std::string> jobs; ///< Not yet given back.
  };

  record* find(const std::string& id);
  bool held(const std::string& lease, std::int64_t now_us) const;
  void violate(const std::string& what);
  void take(const json& job, const std::string& lease, const lease_record& of,
            std::uint64_t pop_sent);
  void check_counts(const lease_record& fresh, std::int64_t now_us);
  void end(record& job, const std::string& state, const std::string& result);
  void check_running(const record& job, const json& seen, std::int64_t now_us);
  void check_ended(const record& job, const json& seen);

  mutable std::mutex mutex_;
  std::deque<record> jobs_;
  std::map<std::string, std::size_t> by_id_;
  std::vector<std::size_t> keyed_;
  std::map<std::string, lease_record> leases_;
  std::map<std::string, std::set<std::int64_t>> settings_;
  std::optional<std::uint64_t> paused_since_;
  std::uint64_t clock_ = 0;
  std::size_t open_ = 0;
  std::size_t ended_ = 0;
  std::size_t leases_seen_ = 0;
  std::size_t lost_in_pops_ = 0;
  std::set<std::string> strays_;
  std::vector<std::string> violations_;
};

/// Wall time in microseconds.
std::int64_t wall_us();

} // namespace rota::tests::crash
