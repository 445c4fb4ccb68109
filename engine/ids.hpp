// Identities. An id is never reused, and contains its queue, so that finding the queue needs no
// index.
#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace rota::engine {

/// The durable number of a (type, tenant) queue; never reused. 0 denotes no queue.
struct queue_number {
  std::uint32_t value = 0;
  auto operator<=>(const queue_number&) const = default;
};

/// Unique among everything that Rota names: the daemon's start count in the upper 24 bits, a
/// counter of that run in the lower 40. Increases with time.
struct serial {
  std::uint64_t value = 0;
  auto operator<=>(const serial&) const = default;
};

inline constexpr unsigned serial_counter_bits = 40;

/// The `counter`-th serial of the daemon's `start`-th run.
constexpr serial make_serial(std::uint32_t start, std::uint64_t counter) {
  return {(std::uint64_t{start} << serial_counter_bits) | counter};
}

struct job_id {
  queue_number queue;
  serial number;
  auto operator<=>(const job_id&) const = default;
};

/// Identifies one attempt, of one job or of a batch: a worker's lease or an execution by an
/// executor. It is the fencing token: results that carry a different one are refused.
struct attempt_id {
  queue_number queue;
  serial number;
  auto operator<=>(const attempt_id&) const = default;
};

/// Text for the wire: "j<queue>-<serial>" and "a<queue>-<serial>" in base 36, lower case, at most
/// 22 characters of [a-z0-9-].
std::string to_text(job_id id);
std::string to_text(attempt_id id);

/// Parses an id. Returns nothing for any text that to_text() cannot produce; callers report those
/// as "not found", never as "invalid".
std::optional<job_id> job_id_from(std::string_view text);
std::optional<attempt_id> attempt_id_from(std::string_view text);

} // namespace rota::engine

template <>
struct std::hash<rota::engine::serial> {
  std::size_t operator()(rota::engine::serial s) const noexcept {
    return static_cast<std::size_t>(s.value * 0x9E3779B97F4A7C15ULL);
  }
};
template <>
struct std::hash<rota::engine::queue_number> {
  std::size_t operator()(rota::engine::queue_number q) const noexcept {
    return static_cast<std::size_t>(q.value * 0x9E3779B97F4A7C15ULL);
  }
};
template <>
struct std::hash<rota::engine::attempt_id> {
  std::size_t operator()(const rota::engine::attempt_id& a) const noexcept {
    return std::hash<rota::engine::serial>{}(a.number);
  }
};
