// The client of a simulation: pushes the jobs over a session and receives every event. Answers
// count once they are durable, as at the daemon's gate.
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
  /// `keyed`: pushes jobs with idempotency keys, so that a push can be repeated after a crash.
  /// `explain_each` = n: requests an estimate for every n-th job; 0: for none.
  sim_client(const workload& work, engine::time_point begin, recorder& record, bool keyed,
             std::size_t explain_each);

  /// Connects to a new runtime and repeats the pushes that the last one did not answer.
  void connect(actors::virtual_runtime& runtime);
  /// Disconnects from a runtime that is about to end.
  void disconnect();
  /// Requests the state of all known jobs that have not ended; returns how many do not exist any
  /// more.
  [[nodiscard]] std::size_t lost_jobs(actors::virtual_runtime& runtime);

  /// Pushes the jobs that are due; those of one tenant and time go in one request.
  void push_due(engine::time_point now);
  /// Processes all answers and events up to the position `durable`.
  void take_answers(engine::time_point now, engine::position durable);
  [[nodiscard]] engine::time_point next_push() const;

private:
  class inbox;
  using job_list = std::vector<std::size_t>;
  /// The jobs that a tenant holds back after a refused push. A request is accepted or refused as a
  /// whole: each refusal halves the size of the next one, each success doubles it.
  struct held_back {
    std::deque<std::size_t> jobs;
    std::size_t batch_size = 1; ///< Size of the next request.
    engine::time_point retry_at{};
    bool in_flight = false; ///< True while one of its requests is in flight.
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
  std::shared_ptr<inbox> inbox_;
  std::uint64_t last_request_ = 0;
  std::map<std::uint64_t, job_list> pushes_;       ///< Not yet answered.
  std::map<std::uint64_t, std::size_t> explained_; ///< Not yet answered: the job of the request.
  std::map<std::uint32_t, held_back> held_;        ///< By tenant.
  std::size_t next_job_ = 0;
};

} // namespace rota::bench
