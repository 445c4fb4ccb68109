// The settings of types, tenants, pools, keys and executors, with their defaults.
#pragma once
#include "engine/members.hpp"
#include "engine/quantity.hpp"
#include "engine/time.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace rota::engine {

inline constexpr std::int64_t batch_size_max = 100'000;
/// Bounds of a rate, such that burst / per_second in microseconds always fits in 63 bits.
inline constexpr double rate_min = 1e-6;
inline constexpr double rate_max = 1e6;
/// Maximum size in bytes of the backend options of a type or executor: they are kept in memory and
/// repeated in every answer about it.
inline constexpr std::size_t executor_options_max = 65'536;

/// After an error, the delay before try n+1 is min(max, base x 2^(n-1)), with full jitter if
/// `jitter`.
struct retry_settings {
  std::uint32_t max_attempts = 3;
  milliseconds base{1000};
  milliseconds max{600'000};
  bool jitter = true;
  bool operator==(const retry_settings&) const = default;
};

void members(auto& io, form_of<retry_settings> auto& s) {
  io("max_attempts", s.max_attempts, integers(1, attempts_max));
  io("base_ms", s.base, any_duration);
  io("max_ms", s.max, any_duration);
  io("jitter", s.jitter);
}
void agree(auto& check, const retry_settings& s) {
  check(s.base <= s.max, {"max_ms", "base_ms"}, "makes base_ms greater than max_ms");
}

/// After a defer that names no time, the delay is min(max, min x factor^polls). Also limits
/// polling.
struct poll_settings {
  milliseconds min{1000};
  milliseconds max{60'000};
  double factor = 2.0;
  std::optional<std::uint32_t> max_polls;
  /// From the job's first defer to its failure.
  std::optional<milliseconds> deadline;
  bool operator==(const poll_settings&) const = default;
};

void members(auto& io, form_of<poll_settings> auto& s) {
  io("min_ms", s.min, any_duration);
  io("max_ms", s.max, any_duration);
  io("factor", s.factor, numbers(1.0, 1e6));
  io("max_polls", s.max_polls, any_count);
  io("deadline_ms", s.deadline, any_duration);
}
void agree(auto& check, const poll_settings& s) {
  check(s.min <= s.max, {"max_ms", "min_ms"}, "makes min_ms greater than max_ms");
}

/// A token bucket: at most burst + per_second x t dispatches in any period t.
struct rate_settings {
  double per_second = 1.0;
  double burst = 1.0;
  bool operator==(const rate_settings&) const = default;
};

void members(auto& io, form_of<rate_settings> auto& s) {
  io("per_second", s.per_second, required(numbers(rate_min, rate_max)));
  io("burst", s.burst, numbers(1.0, rate_max));
}

struct batch_settings {
  std::uint32_t max_size = 1;
  milliseconds linger{0};
  /// A JSON pointer into the payload. Jobs with equal values there may share a batch; jobs without
  /// the value run alone. Empty: all jobs of the queue may share a batch.
  std::string key;
  bool operator==(const batch_settings&) const = default;
};

void members(auto& io, form_of<batch_settings> auto& s) {
  io("max_size", s.max_size, required(integers(1, batch_size_max)));
  io("linger_ms", s.linger, any_duration);
  io("key", s.key, null_if_empty(rule<pointer_text>{}));
}

enum class dedup_policy : std::uint8_t { return_first, replace };
inline constexpr std::array<std::string_view, 2> dedup_words{"return", "replace"};
constexpr const auto& words_of(dedup_policy) { return dedup_words; }

/// The executor of a type's jobs, and its options for them.
struct executor_choice {
  std::string name;
  std::string options; ///< JSON text of an object; kept for the executor, not interpreted here.
  bool operator==(const executor_choice&) const = default;
};

void members(auto& io, form_of<executor_choice> auto& c) {
  io("name", c.name, required(a_name));
  io("options", c.options, rule<other_members>{{other_members::of::type}});
}

struct type_settings {
  retry_settings retry;
  std::uint32_t max_crashes = 3;
  milliseconds lease{30'000};
  std::optional<milliseconds> timeout;
  std::optional<std::uint32_t> max_running;
  std::optional<std::uint32_t> max_running_per_tenant;
  std::optional<rate_settings> rate;
  std::optional<batch_settings> batch;
  poll_settings poll;
  dedup_policy dedup = dedup_policy::return_first;
  milliseconds dedup_for{3'600'000};
  /// The age in a tenant's own order that one priority step is worth.
  milliseconds age{60'000};
  /// The executor that runs the type's jobs; it is also their pool. Nothing: external workers.
  std::optional<executor_choice> executor;
  bool paused = false;
  bool operator==(const type_settings&) const = default;
};

void members(auto& io, form_of<type_settings> auto& s) {
  io("retry", s.retry);
  io("max_crashes", s.max_crashes, any_count);
  io("lease_ms", s.lease, positive_duration);
  io("timeout_ms", s.timeout, positive_duration);
  io("max_running", s.max_running, any_count);
  io("max_running_per_tenant", s.max_running_per_tenant, any_count);
  io("rate", s.rate);
  io("batch", s.batch);
  io("poll", s.poll);
  io("dedup", s.dedup);
  io("dedup_ms", s.dedup_for, any_duration);
  io("age_ms", s.age, any_duration);
  io("executor", s.executor);
  io("paused", s.paused);
}

struct tenant_settings {
  micro weight = micro::of(1);
  std::optional<std::uint32_t> max_running;
  std::optional<std::uint32_t> max_queued;
  bool paused = false;
  bool operator==(const tenant_settings&) const = default;
};

void members(auto& io, form_of<tenant_settings> auto& s) {
  io("weight", s.weight, numbers(least_quantity.as_double(), most_quantity.as_double()));
  io("max_running", s.max_running, any_count);
  io("max_queued", s.max_queued, any_count);
  io("paused", s.paused);
}

/// The cost of a turn: declared by its jobs, or run time x slots, corrected when they end.
enum class cost_unit : std::uint8_t { declared, runtime };
inline constexpr std::array<std::string_view, 2> cost_words{"declared", "runtime"};
constexpr const auto& words_of(cost_unit) { return cost_words; }

/// Slots of a pool or an executor, one millionth or more.
inline constexpr auto positive_slots = numbers(1.0 / micro::scale, most_quantity.as_double());

struct pool_settings {
  std::optional<micro> slots;
  cost_unit cost = cost_unit::declared;
  milliseconds reserve_after{60'000};
  bool operator==(const pool_settings&) const = default;
};

void members(auto& io, form_of<pool_settings> auto& s) {
  io("slots", s.slots, positive_slots);
  io("cost", s.cost);
  io("reserve_after_ms", s.reserve_after, any_duration);
}

struct key_settings {
  std::optional<std::uint32_t> max_running;
  std::optional<rate_settings> rate;
  bool operator==(const key_settings&) const = default;
};

void members(auto& io, form_of<key_settings> auto& s) {
  io("max_running", s.max_running, any_count);
  io("rate", s.rate);
}

inline constexpr std::array<std::string_view, 4> executor_kinds{"process", "docker", "slurm",
                                                                "simulated"};

/// An executor that the operator has defined; it is a pool of its own.
struct executor_settings {
  std::string kind; ///< One of executor_kinds.
  std::optional<micro> slots;
  std::string options; ///< The remaining members, as JSON text.
  bool operator==(const executor_settings&) const = default;
};

void members(auto& io, form_of<executor_settings> auto& s) {
  io("kind", s.kind, required(rule<word_text>{{executor_kinds}}));
  io("slots", s.slots, positive_slots);
  io("options", s.options, rule<other_members>{{other_members::of::executor}});
}

enum class setting_kind : std::uint8_t { type, tenant, pool, key, executor };
inline constexpr std::array<std::string_view, 5> setting_kind_words{"type", "tenant", "pool", "key",
                                                                    "executor"};
constexpr const auto& words_of(setting_kind) { return setting_kind_words; }

/// In the order of setting_kind.
using setting =
    std::variant<type_settings, tenant_settings, pool_settings, key_settings, executor_settings>;

/// The pool of all types without an executor.
inline constexpr const char* default_pool = "default";

/// The pool in which a type's jobs compete: its executor's, otherwise the default pool.
inline const std::string& pool_of(const type_settings& type) {
  static const std::string outside{default_pool};
  return type.executor ? type.executor->name : outside;
}

} // namespace rota::engine
