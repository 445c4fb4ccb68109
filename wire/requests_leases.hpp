// Requests of workers: pop, complete, extend, release, defer.
#pragma once
#include "engine/ids.hpp"
#include "engine/queue/queue.hpp"
#include "wire/requests_decode.hpp"
#include "wire/requests_jobs.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rota::protocol {

/// A lease as a request names it. A text that we never made has no id: it is answered as unknown.
struct lease_ref {
  std::optional<engine::attempt_id> id;
  std::string unknown; ///< The text, where there is no id.
  /// The text that came.
  std::string text() const { return id ? to_text(*id) : unknown; }
  bool operator==(const lease_ref&) const = default;
};

struct pop_request {
  std::string worker;
  std::vector<std::string> types; ///< Empty: all; an empty list in the request is refused.
  std::uint32_t leases = 1;
  std::uint32_t max_jobs = 1;
  engine::milliseconds wait{0};
  std::optional<engine::milliseconds> lease;
};

struct completion {
  lease_ref lease;
  std::optional<job_ref> job; ///< Without: every job of the lease.
  engine::outcome how;
};

struct complete_request {
  std::vector<completion> results;
};

struct extend_request {
  std::vector<lease_ref> leases;
  std::optional<engine::milliseconds> lease;
};

struct release_request {
  std::vector<lease_ref> leases;
};

struct deferral {
  lease_ref lease;
  std::optional<job_ref> job;
  std::optional<engine::milliseconds> after;
  std::optional<std::string> checkpoint; ///< JSON text.
};

struct defer_request {
  std::vector<deferral> leases;
};

decoded<pop_request> decode_pop(json_value params);
decoded<complete_request> decode_complete(json_value params);
decoded<extend_request> decode_extend(json_value params);
decoded<release_request> decode_release(json_value params);
decoded<defer_request> decode_defer(json_value params);

} // namespace rota::protocol
