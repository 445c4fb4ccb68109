#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Times on the wire: RFC 3339 text there, microseconds since 1970-01-01T00:00:00Z inside.

namespace rota::wire {

enum class time_precision : std::uint8_t { milliseconds, microseconds };

/// The last microsecond of the year 9999.
inline constexpr std::int64_t time_us_max = 253'402'300'799'999'999;

/// Appends UTC text such as 2026-11-21T22:57:50.123Z. Finer digits are cut off; a time outside
/// the years 1970 to 9999 becomes the nearest one inside.
void append_time(std::string& out, std::int64_t time_us,
                 time_precision precision = time_precision::milliseconds);
[[nodiscard]] std::string time_text(std::int64_t time_us,
                                    time_precision precision = time_precision::milliseconds);

/// Reads any RFC 3339 time of the years 1970 to 9999 (UTC), with an offset and up to 9 digits of
/// a fraction, of which 6 are kept. A leap second counts as the last microsecond before the next
/// minute. Nothing when the text is anything else.
[[nodiscard]] std::optional<std::int64_t> parse_time(std::string_view text);

} // namespace rota::wire
