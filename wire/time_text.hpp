#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Times on the wire are RFC 3339 texts; inside, microseconds since 1970-01-01T00:00:00Z.

namespace rota::wire {

enum class time_precision : std::uint8_t { milliseconds, microseconds };

/// The last microsecond of the year 9999.
inline constexpr std::int64_t time_us_max = 253'402'300'799'999'999;

/// Returns UTC text such as 2026-11-21T22:57:50.123Z. Finer digits are truncated; times outside the
/// years 1970 to 9999 are clamped.
[[nodiscard]] std::string time_text(std::int64_t time_us,
                                    time_precision precision = time_precision::milliseconds);

/// Reads any RFC 3339 time of the years 1970 to 9999 (UTC), with an offset and up to 9 digits of a
/// fraction, of which 6 are kept. A leap second is read as the last microsecond before the next
/// minute. Returns nothing for any other text.
[[nodiscard]] std::optional<std::int64_t> parse_time(std::string_view text);

/// The current wall time.
[[nodiscard]] std::int64_t wall_time_us();

} // namespace rota::wire
