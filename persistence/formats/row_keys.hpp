// Keys of the rows. They define each table's order, so that rows of one queue are adjacent.
#pragma once
#include "engine/ids.hpp"
#include "persistence/formats/big_endian.hpp"
#include "persistence/formats/records.hpp"

#include <string>
#include <string_view>

namespace rota::persistence {

/// table::jobs: queue, then number.
inline std::string job_key(engine::queue_number queue, engine::serial number) {
  return big_endian(queue.value, number.value);
}

/// table::queues: a queue's identity, the position that its rows reflect, its fairness mark.
enum class queue_row_kind : char { identity = 'i', mark = 'm', position = 'p' };
inline std::string queue_key(engine::queue_number queue, queue_row_kind kind) {
  return big_endian(queue.value) + static_cast<char>(kind);
}

/// table::dedup: queue, then the idempotency key.
inline std::string dedup_key(engine::queue_number queue, std::string_view key) {
  return big_endian(queue.value).append(key);
}

/// table::settings: the kind, then the name.
inline std::string setting_key(setting_kind kind, std::string_view name) {
  std::string key(1, static_cast<char>(kind));
  return key.append(name);
}

/// Also in table::settings. Names have no control characters, so 0 separates type and tenant.
inline std::string pause_key(std::string_view type, std::string_view tenant) {
  std::string key(1, 'p');
  return key.append(type).append(1, '\0').append(tenant);
}

/// table::meta: the number of starts.
inline std::string start_key() { return "start"; }

/// Returns the queue that a key of the tables jobs, queues or dedup belongs to. Returns 0, which no
/// queue has, for a key that is too short.
inline engine::queue_number queue_of_key(std::string_view key) {
  return {key.size() < sizeof(std::uint32_t) ? 0 : read_big_endian<std::uint32_t>(key, 0)};
}

} // namespace rota::persistence
