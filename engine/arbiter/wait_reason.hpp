// Why a ready job is not running.
#pragma once
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
inline constexpr std::size_t wait_reason_count =
    static_cast<std::size_t>(wait_reason::waiting_turn) + 1;
std::string_view to_text(wait_reason reason);

} // namespace rota::engine
