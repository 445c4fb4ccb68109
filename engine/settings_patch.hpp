// How a put changes a setting: what it doesn't name stays, null goes back to the default, and the
// whole that comes out must be sound, or nothing changes.
//
//   merge(standing or default, patch) -> the new setting, or which member is wrong and why
//
// Numbers come as they were asked for; ranges are checked here and nowhere else.
#pragma once
#include "engine/settings.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace rota::engine {

/// A member of a put: absent (its value stays), null (back to the default) or a value.
template <class T>
using change = std::optional<std::optional<T>>;

/// Bytes of what a type tells its executor: it stands in memory and in every answer about the type,
/// and nobody needs more.
inline constexpr std::size_t executor_options_max = 65'536;

/// Why a setting was refused. `path` is a JSON pointer to the member: "/retry/max_attempts".
struct setting_refusal {
  std::string path;
  std::string reason; ///< The end of a sentence that begins with the member's name.
  bool operator==(const setting_refusal&) const = default;
};

/// Reached only by reading a setting that was refused, which is a bug.
[[noreturn]] inline void throw_exception_from_error(const setting_refusal& e,
                                                    const boost::source_location&) {
  throw std::logic_error("no setting: " + e.path + ' ' + e.reason);
}

template <class Settings>
using merged = boost::system::result<Settings, setting_refusal>;

// -- ranges ---------------------------------------------------------------------------------------

/// Ten years: longer than anything waits, far from any overflow in microseconds.
inline constexpr milliseconds setting_duration_max{10LL * 365 * 24 * 3'600 * 1000};
inline constexpr std::int64_t count_max = 1'000'000'000;
inline constexpr std::int64_t attempts_max = 1'000'000;
inline constexpr std::int64_t batch_size_max = 100'000;
/// Bounds of a rate: so that burst / per_second in microseconds always fits 63 bits.
inline constexpr double rate_min = 1e-6;
inline constexpr double rate_max = 1e6;
inline constexpr std::size_t pointer_bytes_max = 1000;

// -- patches --------------------------------------------------------------------------------------

struct retry_patch {
  change<std::int64_t> max_attempts;
  change<std::int64_t> base_ms;
  change<std::int64_t> max_ms;
  change<bool> jitter;
};

struct rate_patch {
  change<double> per_second; ///< Without a default: needed in the first put.
  change<double> burst;
};

struct batch_patch {
  change<std::int64_t> max_size; ///< Without a default: needed in the first put.
  change<std::int64_t> linger_ms;
  change<std::string> key;
};

struct poll_patch {
  change<std::int64_t> min_ms;
  change<std::int64_t> max_ms;
  change<double> factor;
  change<std::int64_t> max_polls;
  change<std::int64_t> deadline_ms;
};

/// Puts a patch of options on standing ones, both in the text form that the engine keeps for
/// executors and doesn't understand. `standing` may be empty.
using options_merge = std::string (*)(std::string_view standing, std::string_view patch);

struct executor_choice_patch {
  std::optional<std::string> name; ///< Needed in the first put.
  std::string options;
  options_merge merge_options = nullptr; ///< Without it `options` stand as they are.
};

struct type_patch {
  change<retry_patch> retry;
  change<std::int64_t> max_crashes;
  change<std::int64_t> lease_ms;
  change<std::int64_t> timeout_ms;
  change<std::int64_t> max_running;
  change<std::int64_t> max_running_per_tenant;
  change<rate_patch> rate;
  change<batch_patch> batch;
  change<poll_patch> poll;
  change<dedup_policy> dedup;
  change<std::int64_t> dedup_ms;
  change<std::int64_t> age_ms;
  change<executor_choice_patch> executor;
  change<bool> paused;
};

struct tenant_patch {
  change<double> weight;
  change<std::int64_t> max_running;
  change<std::int64_t> max_queued;
  change<bool> paused;
};

struct pool_patch {
  change<double> slots;
  change<cost_unit> cost;
  change<std::int64_t> reserve_after_ms;
};

struct key_patch {
  change<std::int64_t> max_running;
  change<rate_patch> rate;
};

struct executor_patch {
  std::optional<std::string> kind; ///< Needed in the first put.
  change<double> slots;
  std::string options;
  options_merge merge_options = nullptr;
};

/// Each gives the setting that stands after the put, or the first member that is wrong. Pass a
/// default-constructed setting where nothing stands yet.
merged<type_settings> merge(type_settings standing, const type_patch& patch);
merged<tenant_settings> merge(tenant_settings standing, const tenant_patch& patch);
merged<pool_settings> merge(pool_settings standing, const pool_patch& patch);
merged<key_settings> merge(key_settings standing, const key_patch& patch);
merged<executor_settings> merge(executor_settings standing, const executor_patch& patch);

} // namespace rota::engine
