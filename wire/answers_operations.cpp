#include "wire/answers_operations.hpp"

#include "wire/answers_values.hpp"

#include <chrono>

namespace rota::protocol {

void write_queue(json_writer& out, const queue_row& queue) {
  out.begin_object().member("type", queue.type).member("tenant", queue.tenant);
  out.key("ready").unsigned_integer(queue.ready);
  out.key("delayed").unsigned_integer(queue.delayed);
  out.key("running").unsigned_integer(queue.running);
  out.key("oldest_ready_ms");
  if (queue.oldest_ready)
    out.integer(std::chrono::duration_cast<engine::milliseconds>(*queue.oldest_ready).count());
  else
    out.null();
  out.key("paused").boolean(queue.paused).end_object();
}

void write_server(json_writer& out, const server_view& server) {
  out.begin_object().member("version", server.version).member("durability", server.durability);
  write_time(out.key("started_at"), server.started);
  out.key("draining").boolean(server.draining);
  out.key("limits").begin_object();
  for (const auto& [name, value] : server.limits)
    out.member(name, value);
  out.end_object().end_object();
}

void write_drain_answer(json_writer& out, bool on) {
  out.begin_object().key("on").boolean(on).end_object();
}

void write_subscription(json_writer& out, std::string_view subscription) {
  out.begin_object().member("subscription", subscription).end_object();
}

void write_pause_answer(json_writer& out, std::string_view type, std::string_view tenant,
                        bool paused) {
  out.begin_object();
  write_text_or_null(out.key("type"), type);
  write_text_or_null(out.key("tenant"), tenant);
  out.key("paused").boolean(paused).end_object();
}

void write_deleted(json_writer& out, std::string_view name) {
  out.begin_object().member("deleted", name).end_object();
}

} // namespace rota::protocol
