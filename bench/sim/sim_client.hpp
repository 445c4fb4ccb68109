// Who pushes the jobs of a simulation, over a session, and hears of every change. Answers count once
// they are durable, as at the daemon's gate.
#pragma once
#include "actors/runtime/virtual_runtime.hpp"
#include "bench/sim/measures/recorder.hpp"
#include "bench/sim/workload.hpp"
#include "wire/commands.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <vector>

namespace rota::bench {

class sim_client {
public:
  /// `keyed`: jobs are pushed with idempotency keys, so that a push may be repeated after a crash.
  /// `explain_each`: of one job in so many it asks when it will begin; 0: of none.
  sim_client(const workload& work, engine::time_point begin, recorder& record, bool keyed,
             std::size_t explain_each);

  /// To a new room. What was under way in the one before is pushed again.
  void connect(actors::virtual_runtime& room);
  /// The room is about to go.
  void disconnect();
  /// Asks for the state of all jobs that are known and haven't ended; how many are gone.
  [[nodiscard]] std::size_t lost_jobs(actors::virtual_runtime& room);

  /// Those of one tenant and moment go in one request.
  void push_due(engine::time_point now);
  /// Takes what is durable up to there.
  void take_answers(engine::time_point now, engine::position durable);
  [[nodiscard]] engine::time_point next_push() const;

private:
  class box;
  using job_list = std::vector<std::size_t>;
  /// What a tenant holds back since a push of it was refused. A request is taken or refused as a whole: with each
  /// refusal the next one is half as large, and twice as large when one was taken.
  struct held_back {
    std::deque<std::size_t> jobs;
    std::size_t together = 1; ///< So many in the next request.
    engine::time_point again{};
    bool asking = false; ///< One of its requests is under way.
  };

  std::uint64_t send(actors::command what);
  void push(job_list jobs);
  void push_held_back(engine::time_point now);
  void on_pushed(const job_list& jobs, const actors::reply& what, engine::time_point now);
  void explain(const std::vector<actors::push_reply::job>& taken, const job_list& jobs);
  void on_taken(std::uint32_t tenant, std::size_t jobs, engine::time_point now);

  const workload& work_;
  engine::time_point begin_;
  recorder& record_;
  bool keyed_;
  std::size_t explain_each_;
  actors::session_actor session_;
  std::shared_ptr<box> box_;
  std::uint64_t last_request_ = 0;
  std::map<std::uint64_t, job_list> pushes_;       ///< Not answered yet.
  std::map<std::uint64_t, std::size_t> explained_; ///< Likewise: the job that was asked about.
  std::map<std::uint32_t, held_back> held_;        ///< By tenant.
  std::size_t next_job_ = 0;
};

} // namespace rota::bench
