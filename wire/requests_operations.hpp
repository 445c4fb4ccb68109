// Requests of operators: queues, the server, events.
#pragma once
#include "engine/job.hpp"
#include "wire/requests_decode.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rota::protocol {

struct list_queues_request {
  std::optional<std::string> tenant;
  std::optional<std::string> type;
  std::uint32_t limit = page_limit_standard;
  std::optional<std::string> cursor;
};

/// queue.pause and queue.resume: a type, a tenant, or one queue where both are given.
struct queue_request {
  std::optional<std::string> tenant;
  std::optional<std::string> type;
};

struct drain_request {
  bool on = false;
};

struct subscribe_request {
  std::optional<std::string> tenant;
  std::optional<std::string> type;
  std::vector<engine::job_state> states; ///< Empty: all; an empty list is refused.
};

/// events.unsubscribe. An unknown subscription is the caller's to answer.
struct unsubscribe_request {
  std::string subscription;
};

decoded<list_queues_request> decode_list_queues(json_value params);
decoded<queue_request> decode_queue(json_value params);
decoded<drain_request> decode_drain(json_value params);
decoded<subscribe_request> decode_subscribe(json_value params);
decoded<unsubscribe_request> decode_unsubscribe(json_value params);

} // namespace rota::protocol
