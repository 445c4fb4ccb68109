#include "wire/requests_operations.hpp"

namespace rota::protocol {
namespace {

constexpr member<list_queues_request> list_members[] = {
    {"tenant", optional,
     [](const param& p, list_queues_request& r) { return read_name(p, r.tenant); }},
    {"type", optional, [](const param& p, list_queues_request& r) { return read_name(p, r.type); }},
    {"limit", optional,
     [](const param& p, list_queues_request& r) { return read_integer(p, page_limit, r.limit); }},
    {"cursor", optional,
     [](const param& p, list_queues_request& r) { return read_text(p, r.cursor); }},
};

constexpr member<queue_request> queue_members[] = {
    {"tenant", optional, [](const param& p, queue_request& r) { return read_name(p, r.tenant); }},
    {"type", optional, [](const param& p, queue_request& r) { return read_name(p, r.type); }},
};

constexpr member<drain_request> drain_members[] = {
    {"on", required, [](const param& p, drain_request& r) { return read_boolean(p, r.on); }},
};

bool read_states(const param& p, std::vector<engine::job_state>& into) {
  return read_array(p, into, read_state) && (!into.empty() || p.refuse("must not be empty"));
}

constexpr member<subscribe_request> subscribe_members[] = {
    {"tenant", optional,
     [](const param& p, subscribe_request& r) { return read_name(p, r.tenant); }},
    {"type", optional, [](const param& p, subscribe_request& r) { return read_name(p, r.type); }},
    {"states", optional,
     [](const param& p, subscribe_request& r) { return read_states(p, r.states); }},
};

constexpr member<unsubscribe_request> unsubscribe_members[] = {
    {"subscription", required,
     [](const param& p, unsubscribe_request& r) { return read_text(p, r.subscription); }},
};

} // namespace

decoded<list_queues_request> decode_list_queues(json_value params) {
  return decode(params, list_members);
}

decoded<queue_request> decode_queue(json_value params) {
  // Without either it would stop everything, which is what server.drain is for.
  return decode(params, queue_members, [](const param& p, const queue_request& r) {
    return r.tenant || r.type || p.refuse("must have tenant, type or both");
  });
}

decoded<drain_request> decode_drain(json_value params) { return decode(params, drain_members); }

decoded<subscribe_request> decode_subscribe(json_value params) {
  return decode(params, subscribe_members);
}

decoded<unsubscribe_request> decode_unsubscribe(json_value params) {
  return decode(params, unsubscribe_members);
}

} // namespace rota::protocol
