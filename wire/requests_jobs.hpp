// Requests about jobs: push, get, list, explain, output, cancel, retry.
#pragma once
#include "engine/ids.hpp"
#include "engine/job.hpp"
#include "wire/requests_decode.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rota::protocol {

/// A job as a request names it. A text that we never made has no id: it is answered as not found.
struct job_ref {
  std::optional<engine::job_id> id;
  std::string unknown; ///< The text, where there is no id.
  /// The text that came.
  std::string text() const { return id ? to_text(*id) : unknown; }
  bool operator==(const job_ref&) const = default;
};

bool read_job_ref(const param& p, job_ref& into);

/// One job of a push. `spec` has neither not_before, whose clock the caller knows, nor a batch key,
/// see fill_batch_key().
struct push_job {
  std::string type;
  std::string tenant;
  engine::job_spec spec;
  std::optional<std::int64_t> not_before_us; ///< Wall time since the Unix epoch.
  std::optional<engine::milliseconds> delay; ///< Never together with not_before_us.
};

struct push_request {
  std::vector<push_job> jobs;
};

/// job.get and job.explain.
struct job_request {
  job_ref job;
};

struct list_jobs_request {
  std::optional<std::string> tenant;
  std::optional<std::string> type;
  std::optional<engine::job_state> state;
  std::uint32_t limit = page_limit_standard;
  std::optional<std::string> cursor;
};

enum class output_stream : std::uint8_t { standard_output, standard_error };

struct output_request {
  job_ref job;
  output_stream stream = output_stream::standard_output;
  std::int64_t offset = 0;
  std::uint32_t limit = 65'536; ///< Bytes.
};

/// job.cancel and job.retry: these jobs, or up to `limit` of a tenant, a type or both.
struct select_jobs_request {
  std::optional<std::vector<job_ref>> ids;
  std::optional<std::string> tenant;
  std::optional<std::string> type;
  std::uint32_t limit = 1000;
};

decoded<push_request> decode_push(json_value params);
decoded<job_request> decode_job(json_value params);
decoded<list_jobs_request> decode_list_jobs(json_value params);
decoded<output_request> decode_output(json_value params);
decoded<select_jobs_request> decode_select_jobs(json_value params);

} // namespace rota::protocol
