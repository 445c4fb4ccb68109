// A queue's inputs and outputs, by value.
#pragma once
#include "engine/events.hpp"
#include "engine/job.hpp"
#include "engine/lane.hpp"
#include "engine/time.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rota::engine {

/// The reasons for which a command can be refused.
enum class errc : std::uint8_t {
  not_found = 1,   ///< No such job. Retrying never helps.
  wrong_state = 2, ///< The job's state does not permit it. Retry after a change.
  lease_lost = 3,  ///< The attempt no longer holds the job. Retrying never helps.
};

constexpr std::string_view to_text(errc e) {
  switch (e) {
  case errc::not_found: return "not_found";
  case errc::wrong_state: return "wrong_state";
  case errc::lease_lost: return "lease_lost";
  }
  return "unknown";
}

/// Called only if a missing value is read, which is a bug.
[[noreturn]] inline void throw_exception_from_error(errc e, const boost::source_location&) {
  throw std::logic_error(std::string{"no value: "}.append(to_text(e)));
}

template <class T>
using result = boost::system::result<T, errc>;

struct queue_identity {
  queue_number number;
  std::string type;
  std::string tenant;
};

/// A push whose idempotency key already has a job; that job is unchanged.
struct duplicate_push {
  serial first;
  job_state state = job_state::ready;
};
using push_decision = std::variant<job_pushed, job_replaced, duplicate_push>;

using cancel_decision = std::variant<job_cancelled, cancel_requested>;

/// The end of a try as reported by its worker or executor.
struct outcome {
  bool succeeded = true;
  std::optional<std::string> result;
  std::optional<failure> error;
  bool retryable = true;
  std::optional<time_point> finished; ///< By the executor's clock; clamped to the period of the
                                      ///< try.
};

/// A grant of the arbiter, as an order to the queue.
struct take_order {
  serial attempt;
  lane_number lane;
  std::uint32_t jobs = 1; ///< Maximum.
  std::string worker;
  bool starting = false;
  std::optional<milliseconds> lease; ///< Requested by the asker; else the job's, else the type's.
  fairness_mark mark;
};

/// An attempt that no longer holds jobs; its limits and slots are free.
struct freed_attempt {
  serial attempt;
  duration ran{}; ///< From its take to its end.
};

/// A change of a job's state, for watchers.
struct transition {
  serial number;
  job_state state = job_state::ready;
  time_point at{};
  std::string trace_id = {}; ///< Empty if the job has no trace.
};

struct queue_changes {
  std::vector<lane_report> lanes; ///< Only lanes whose report changed.
  std::vector<freed_attempt> freed;
  std::vector<transition> transitions; ///< Empty unless watch(true) was called.
};

struct queue_counts {
  std::size_t ready = 0;
  std::size_t delayed = 0;
  std::size_t running = 0; ///< Jobs held by attempts, including starting ones.
  std::size_t ended = 0;   ///< Still in memory: not yet in a snapshot.
  std::size_t leases = 0;
  std::size_t waiting_bytes = 0; ///< Total payload size of ready and delayed jobs.
};

} // namespace rota::engine
