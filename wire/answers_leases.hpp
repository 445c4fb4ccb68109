// Answers to workers: pop, complete, extend, release, defer.
#pragma once
#include "engine/ids.hpp"
#include "engine/job.hpp"
#include "engine/queue/queue.hpp"
#include "json/write.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rota::protocol {

/// A lease as pop hands it out.
struct lease_view {
  engine::attempt_id lease;
  std::string_view type;
  std::string_view tenant;
  engine::time_point deadline{};
  std::span<const engine::leased_job> jobs;
};
void write_lease(json_writer& out, const lease_view& lease);

/// `leases`: any range of lease_view.
template <class Leases>
void write_pop_answer(json_writer& out, const Leases& leases) {
  out.begin_object().key("leases").begin_array();
  for (const lease_view& lease : leases)
    write_lease(out, lease);
  out.end_array().end_object();
}

struct completed_job {
  engine::job_id id;
  engine::job_state state = engine::job_state::succeeded;
};

/// What became of one item of job.complete: its jobs, or why nothing was taken.
struct completed_item {
  std::string_view lease; ///< As it came.
  std::span<const completed_job> jobs;
  std::string_view error_kind; ///< Empty: it was taken. Else "lease_lost" and the like.
  std::string_view error_message;
};
void write_completed_item(json_writer& out, const completed_item& item);

/// `items`: any range of completed_item.
template <class Items>
void write_complete_answer(json_writer& out, const Items& items) {
  out.begin_object().key("results").begin_array();
  for (const completed_item& item : items)
    write_completed_item(out, item);
  out.end_array().end_object();
}

/// A job of a lease that goes on, which is to be stopped.
struct cancelled_job {
  std::string_view lease;
  engine::job_id job;
};

/// Leases go out as they came in.
struct extend_answer {
  std::span<const std::string> extended;
  std::span<const std::string> unknown;
  std::span<const std::string> cancelled;
  std::span<const cancelled_job> cancelled_jobs;
};
void write_extend_answer(json_writer& out, const extend_answer& answer);

void write_release_answer(json_writer& out, std::span<const std::string> released,
                          std::span<const std::string> unknown);

struct deferred_lease {
  std::string_view lease;
  std::optional<engine::time_point> until; ///< Nothing: its jobs have ended.
};
void write_defer_answer(json_writer& out, std::span<const deferred_lease> deferred,
                        std::span<const std::string> unknown);

} // namespace rota::protocol
