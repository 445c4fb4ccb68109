// Answers about jobs: push, get, list, explain, output, cancel, retry, and the event of a job.
#pragma once
#include "engine/arbiter/start_estimate.hpp"
#include "engine/ids.hpp"
#include "engine/job.hpp"
#include "json/write.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rota::protocol {

struct pushed_job {
  engine::job_id id;
  engine::job_state state = engine::job_state::ready;
  bool duplicate = false;
};
void write_push_answer(json_writer& out, std::span<const pushed_job> jobs,
                       std::string_view durability);

/// A job as job.get and job.list answer it.
struct job_view {
  engine::queue_number queue;
  const engine::job_record& record;
  std::string_view type;
  std::string_view tenant;
  std::string_view executor;                  ///< Empty: outside workers.
  std::optional<std::size_t> position;        ///< Only of a ready job.
  std::optional<std::size_t> global_position; ///< Only of a ready job.
  std::optional<int> exit_code;
  std::optional<int> signal;
};
void write_job(json_writer& out, const job_view& job);

/// `start` is null where nothing can be told.
void write_explain_answer(json_writer& out, engine::job_state state, std::string_view reason,
                          std::string_view detail,
                          const std::optional<engine::start_estimate>& start);

/// A piece of what an executor's attempt printed. Text that isn't UTF-8 goes as base64.
void write_output_answer(json_writer& out, std::string_view data, bool eof);

/// The ids go out as they came in.
struct cancel_answer {
  std::span<const std::string> cancelled;
  std::span<const std::string> cancelling;
  std::span<const std::string> wrong_state;
  std::span<const std::string> not_found;
  bool more = false;
};
void write_cancel_answer(json_writer& out, const cancel_answer& answer);

struct retry_answer {
  std::span<const std::string> retried;
  std::span<const std::string> wrong_state;
  std::span<const std::string> not_found;
  bool more = false;
};
void write_retry_answer(json_writer& out, const retry_answer& answer);

/// The params of the notification `event` for one change of state.
struct job_event {
  std::string_view subscription;
  engine::job_id id;
  std::string_view type;
  std::string_view tenant;
  engine::job_state state = engine::job_state::ready;
  engine::time_point at{};
  std::string_view trace_id = {}; ///< Empty: the job has no trace.
};
void write_event(json_writer& out, const job_event& event);
/// The same for a reader that was too slow: how many events it did not get.
void write_missed_events(json_writer& out, std::string_view subscription, std::uint64_t missed);

} // namespace rota::protocol
