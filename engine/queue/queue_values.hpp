// What a queue is given and what it answers, by value.
#pragma once
#include "engine/events.hpp"
#include "engine/job.hpp"
#include "engine/lane.hpp"
#include "engine/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rota::engine {

struct queue_identity {
  queue_number number;
  std::string type;
  std::string tenant;
};

/// A push that met its idempotency key again: the first job stands.
struct duplicate_push {
  serial first;
  job_state state = job_state::ready;
};
using push_decision = std::variant<job_pushed, job_replaced, duplicate_push>;

using cancel_decision = std::variant<job_cancelled, cancel_requested>;

/// How a try ended, as its worker or executor tells.
struct outcome {
  bool succeeded = true;
  std::optional<std::string> result;
  std::optional<failure> error;
  bool retryable = true;
  std::optional<time_point> finished; ///< By an executor's clock; clamped to the try's times.
};

/// What a grant of the arbiter asks a queue to hand out.
struct take_order {
  serial attempt;
  lane_number lane;
  std::uint32_t jobs = 1; ///< At most.
  std::string worker;
  bool starting = false;
  std::optional<milliseconds> lease; ///< The asker's wish; else the job's, else the type's.
  fairness_mark mark;
};

/// An attempt that holds no job any more; its limits and slots are free.
struct freed_attempt {
  serial attempt;
  duration ran{}; ///< From its take to its end.
};

/// A job that changed its state, for those who watch.
struct transition {
  serial number;
  job_state state = job_state::ready;
  time_point at{};
  std::string trace_id = {}; ///< Empty: the job has no trace.
};

struct queue_changes {
  std::vector<lane_report> lanes; ///< Only lanes whose report changed.
  std::vector<freed_attempt> freed;
  std::vector<transition> transitions; ///< Empty unless watched.
};

struct queue_counts {
  std::size_t ready = 0;
  std::size_t delayed = 0;
  std::size_t running = 0; ///< Jobs of attempts, starting ones included.
  std::size_t ended = 0;   ///< Still in memory: not yet in a snapshot.
  std::size_t leases = 0;
  std::size_t waiting_bytes = 0; ///< Payloads of ready and delayed jobs.
};

} // namespace rota::engine
