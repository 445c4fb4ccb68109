// Records the answers that the clients of a repeatedly killed daemon got, and checks what must
// follow from them.
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

/// Settings that hold from the start. No state may violate them.
inline constexpr std::size_t narrow_max_running = 4;
inline constexpr std::size_t narrow_max_running_per_tenant = 3;
inline constexpr std::size_t capped_max_running = 2;
inline constexpr const char* sleeper = "sleeper"; ///< The tenant that is paused and resumed.

/// The max_running of a tenant without settings: the daemon may die before it carries out a put.
inline constexpr std::int64_t no_limit = 0;

struct job_spec {
  std::string type;
  std::string tenant;
  std::string key; ///< Idempotency key; may be empty.
  /// May be empty; "one" and "two" have a limit of `narrow_max_running`.
  std::string concurrency_key;
  std::int64_t delay_ms = 0;
};

struct ended_as {
  std::string state;
  std::string result; ///< JSON text; empty if unknown.
};

/// Everything that was acknowledged or may have happened. All methods are thread-safe. A
/// contradiction to an earlier acknowledgement is a violation.
class model {
public:
  // -- pushes: pushing() before the request, pushed() after the answer ----------------------------
  std::size_t pushing(const job_spec& spec);
  void pushed(std::size_t number, const std::string& id, bool duplicate);
  /// A random acknowledged job with an idempotency key, if there is any.
  std::optional<std::size_t> keyed(std::mt19937_64& random) const;
  /// Number of acknowledged jobs that have not ended.
  std::size_t backlog() const;
  job_spec spec_of(std::size_t number) const;

  // -- leases -------------------------------------------------------------------------------------
  /// A logical time that orders requests and answers.
  std::uint64_t tick();
  void leased(const json& lease, std::uint64_t pop_sent);
  /// A pop was not answered: up to so many jobs may be leased without a holder.
  void pop_lost(std::size_t jobs);
  /// `job`, or all jobs of the lease if it is empty, are about to be settled.
  void settling(const std::string& lease, const std::string& job);
  /// Returns true if the lease cannot have expired, so that refusing it would be wrong.
  bool is_unexpired(const std::string& lease) const;
  void completed(const std::string& job, const std::string& state, const std::string& result);
  void deferred(const std::string& job, const std::string& until);
  /// The answer to a settle of the job was lost, so its next state is unknown.
  void settle_lost(const std::string& job);

  // -- cancels, pauses, settings ------------------------------------------------------------------
  std::vector<std::string> some_jobs(std::mt19937_64& random, std::size_t count) const;
  void cancelling(const std::vector<std::string>& ids);
  void cancel_answered(const std::string& id, const std::string& list);
  void pause_unknown();
  void paused();
  void putting(const std::string& tenant, std::int64_t max_running);
  void put(const std::string& tenant, std::int64_t max_running);
  /// Tenants whose max_running was put, and the values that it may have.
  std::map<std::string, std::set<std::int64_t>> settings() const;

  // -- verdicts -----------------------------------------------------------------------------------
  /// Ids of all jobs whose push was acknowledged.
  std::vector<std::string> acknowledged() const;
  /// Checks the result of job.get while no other client is active.
  void check(const std::string& id, const json& job);
  void missing(const std::string& id, const std::string& why);
  void violated(const std::string& what);
  std::vector<std::string> violations() const;
  std::string summary() const;
  /// Checks that running jobs without a known lease are explained by unanswered pops.
  void check_unexplained();

private:
  struct record {
    job_spec spec;
    std::string id;
    bool acknowledged = false;
    std::int64_t not_before_us = 0;
    std::optional<ended_as> end;
    bool settle_unanswered = false; ///< A settle was not answered.
    bool cancel_sent = false;
    std::optional<std::uint64_t> cancel_acknowledged; ///< Time of the acknowledgement.
    std::string holder; ///< The job's lease, as far as the clients know it.
  };
  struct lease_record {
    std::string type;
    std::string tenant;
    std::string concurrency_key;
    std::int64_t deadline_us = 0;
    std::set<std::string> jobs; ///< Not yet settled.
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
  std::set<std::string> unexplained_;
  std::vector<std::string> violations_;
};

/// Wall time in microseconds.
std::int64_t wall_us();

} // namespace rota::tests::crash
