// Why a ready job is not running.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rota::engine {

/// In order of precedence: the first that applies is reported.
enum class wait_reason : std::uint8_t {
  draining,
  paused,
  tenant_limit,
  type_limit,
  key_limit,
  rate_limit,
  lingering,
  no_worker,
  no_capacity,
  reserved,
  behind_in_queue,
  waiting_turn,
};
inline constexpr std::array<std::string_view, 12> wait_reason_words{
    "draining",  "paused",    "tenant_limit", "type_limit", "key_limit",       "rate_limit",
    "lingering", "no_worker", "no_capacity",  "reserved",   "behind_in_queue", "waiting_turn"};
inline constexpr std::size_t wait_reason_count = wait_reason_words.size();
constexpr std::string_view to_text(wait_reason reason) {
  return wait_reason_words[static_cast<std::size_t>(reason)];
}

} // namespace rota::engine
