#pragma once

#include "bench/common/client.hpp"
#include "bench/common/measure.hpp"
#include "bench/common/swf.hpp"
#include "tests/model/pair_gaps.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

namespace rota::bench {

/// The results of one tenant.
struct replay_tenant {
  std::string name;
  std::uint64_t jobs = 0;
  sample_set wait_ms;      ///< From the acknowledged push to the lease, in the replay's time.
  std::uint64_t turns = 0; ///< Dispatches while the tenant was certain to have work waiting.
  double equal_share = 0;  ///< Its part of these turns if all tenants had equal parts.
  /// Jobs acknowledged before the pop in flight was sent, and not leased.
  std::int64_t waiting = 0;
  std::int64_t acknowledged = 0; ///< Jobs acknowledged since that pop was sent.
};

struct replay_result {
  std::vector<replay_tenant> tenants;
  engine::fairness_gap observed; ///< Measured from what the client could be certain of.
  double seconds = 0;
  double push_delay_max_s = 0; ///< Largest delay of a push against the log, in the replay's time.
  std::uint64_t jobs = 0;
  std::uint64_t peak_waiting = 0;
};

/// Replays a log in real time divided by `speed`. One connection pushes the jobs that are due, one
/// pops for all free workers, one completes jobs whose run time is over.
class replay {
public:
  /// The log must outlive the replay and contain at least one job.
  replay(client_loop& clients, const swf_log& log, double speed, std::size_t slots);

  /// The number of connections that the client must have.
  static constexpr std::size_t connections = 3;

  /// Sends the types' settings. Call once before run().
  void put_types();
  /// Returns when all jobs have ended; prints the progress on stderr.
  replay_result run();

private:
  using clock = std::chrono::steady_clock;
  enum connection : std::size_t { pusher, popper, completer };

  /// A lease of a busy worker.
  struct running_job {
    clock::time_point end;
    std::string lease;
    bool operator>(const running_job& other) const { return end > other.end; }
  };

  [[nodiscard]] clock::time_point due(std::size_t job) const;
  void push_due(clock::time_point now);
  void pop_for_free_workers();
  void complete_ended(clock::time_point now);
  void take_answer(std::size_t connection, std::string_view answer);
  void take_pushed(clock::time_point now);
  void take_leases(std::string_view answer, clock::time_point now);
  void take_completed(std::string_view answer);
  void count_turn(std::size_t tenant);
  void set_waiting(std::size_t tenant, std::int64_t waiting);
  [[nodiscard]] clock::duration until_next(clock::time_point now) const;
  void print_progress(clock::time_point now);

  client_loop& clients_;
  const swf_log& log_;
  double speed_;
  std::size_t free_workers_;
  std::size_t slots_;
  replay_result result_;
  std::vector<std::size_t> tenant_of_; // By job; the numbering fills result_.tenants.
  std::vector<clock::time_point> pushed_at_;
  model::pair_gaps gaps_; ///< Compares tenants that are certain to have work waiting.
  std::size_t tenants_waiting_ = 0;
  std::priority_queue<running_job, std::vector<running_job>, std::greater<>> running_;
  clock::time_point begin_;
  clock::time_point reported_;
  std::size_t pushed_ = 0;       // Jobs whose push was sent.
  std::size_t acknowledged_ = 0; // Jobs whose push was answered.
  std::uint64_t leased_ = 0;
  std::vector<std::size_t> acknowledged_tenants_; // Since the pop in flight was sent.
  bool pop_under_way_ = false;
  std::size_t completions_under_way_ = 0;
  std::string text_;
};

/// `rota-sim replay FILE`: replays a Standard Workload Format log against a real rotad, faster than
/// recorded. Users of the log are tenants, partitions are types, and simulated workers hold each
/// job for its run time divided by the speed. Returns the exit status.
int run_replay(int count, char** arguments);

} // namespace rota::bench
