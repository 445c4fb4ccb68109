// What operators set: types, tenants, pools, keys. Values with defaults; how a put changes them is
// in settings_patch.hpp.
#pragma once
#include "engine/quantity.hpp"
#include "engine/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace rota::engine {

/// After an error: delay before try n+1 is min(max, base x 2^(n-1)), full jitter if `jitter`.
struct retry_settings {
  std::uint32_t max_attempts = 3;
  milliseconds base{1000};
  milliseconds max{600'000};
  bool jitter = true;
  bool operator==(const retry_settings&) const = default;
};

/// After a defer without a time of its own: min(max, min x factor^polls); limits on polling.
struct poll_settings {
  milliseconds min{1000};
  milliseconds max{60'000};
  double factor = 2.0;
  std::optional<std::uint32_t> max_polls;
  /// From the job's first defer to its end.
  std::optional<milliseconds> deadline;
  bool operator==(const poll_settings&) const = default;
};

/// A token bucket: at most burst + per_second x t dispatches in any time t.
struct rate_settings {
  double per_second = 1.0;
  double burst = 1.0;
  bool operator==(const rate_settings&) const = default;
};

struct batch_settings {
  std::uint32_t max_size = 1;
  milliseconds linger{0};
  /// A JSON pointer into the payload; jobs with equal values there go together, jobs without it
  /// go alone. Empty: all jobs of the queue may go together.
  std::string key;
  bool operator==(const batch_settings&) const = default;
};

enum class dedup_policy : std::uint8_t { answer_first, replace };

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
  dedup_policy dedup = dedup_policy::answer_first;
  milliseconds dedup_for{3'600'000};
  /// One priority step is worth this much age in a tenant's own order.
  milliseconds age{60'000};
  /// The executor that runs the type's jobs and so their pool; empty: outside workers.
  std::string executor;
  /// What the executor needs to know, as JSON text; kept for it, not understood here.
  std::string executor_options;
  bool paused = false;
  bool operator==(const type_settings&) const = default;
};

struct tenant_settings {
  micro weight = micro::of(1);
  std::optional<std::uint32_t> max_running;
  std::optional<std::uint32_t> max_queued;
  bool paused = false;
  bool operator==(const tenant_settings&) const = default;
};

/// What a turn costs: what the jobs declare, or run time x slots, corrected when they end.
enum class cost_unit : std::uint8_t { declared, runtime };

struct pool_settings {
  std::optional<micro> slots;
  cost_unit cost = cost_unit::declared;
  milliseconds reserve_after{60'000};
  bool operator==(const pool_settings&) const = default;
};

struct key_settings {
  std::optional<std::uint32_t> max_running;
  std::optional<rate_settings> rate;
  bool operator==(const key_settings&) const = default;
};

/// An executor of the operator's: a pool of its own.
struct executor_settings {
  std::string kind; ///< "process", "docker", "slurm" or "simulated".
  std::optional<micro> slots;
  std::string options; ///< The other members, as JSON text.
  bool operator==(const executor_settings&) const = default;
};

enum class setting_kind : std::uint8_t { type, tenant, pool, key, executor };

/// In the order of setting_kind.
using setting =
    std::variant<type_settings, tenant_settings, pool_settings, key_settings, executor_settings>;

/// Where the outside workers' types compete.
inline constexpr const char* default_pool = "default";

/// The pool that a type's jobs compete in: its executor's, else the outside workers'.
inline const std::string& pool_of(const type_settings& type) {
  static const std::string outside{default_pool};
  return type.executor.empty() ? outside : type.executor;
}

} // namespace rota::engine
