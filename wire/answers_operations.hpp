// Answers to operators: queues, the server, subscriptions.
#pragma once
#include "engine/time.hpp"
#include "json/write.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace rota::protocol {

/// One row of queue.list.
struct queue_row {
  std::string_view type;
  std::string_view tenant;
  std::size_t ready = 0;
  std::size_t delayed = 0;
  std::size_t running = 0;
  std::optional<engine::duration> oldest_ready; ///< How long the oldest ready job has waited.
  bool paused = false;
};
void write_queue(json_writer& out, const queue_row& queue);

/// What server.info tells.
struct server_view {
  std::string_view version;
  std::string_view durability;
  engine::time_point started{};
  bool draining = false;
  std::span<const std::pair<std::string_view, std::int64_t>> limits; ///< By their config names.
};
void write_server(json_writer& out, const server_view& server);

void write_drain_answer(json_writer& out, bool on);
void write_subscription(json_writer& out, std::string_view subscription);

/// The answer of queue.pause and queue.resume: what was named, and how it stands now.
void write_pause_answer(json_writer& out, std::string_view type, std::string_view tenant,
                        bool paused);

/// The answer of a delete or remove: `{"deleted": name}`.
void write_deleted(json_writer& out, std::string_view name);

} // namespace rota::protocol
