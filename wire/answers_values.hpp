// Values of the engine as JSON: what all answers share.
#pragma once
#include "engine/ids.hpp"
#include "engine/quantity.hpp"
#include "engine/time.hpp"
#include "engine/trace_context.hpp"
#include "json/write.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rota::protocol {

/// The exact decimal: "3", "0.5", "0.000001".
std::string decimal_text(engine::micro quantity);

void write_id(json_writer& out, engine::job_id id);
void write_id(json_writer& out, engine::attempt_id id);
/// RFC 3339 in UTC with microseconds.
void write_time(json_writer& out, engine::time_point time);
void write_time(json_writer& out, const std::optional<engine::time_point>& time);
void write_quantity(json_writer& out, engine::micro quantity);
void write_quantity(json_writer& out, const std::optional<engine::micro>& quantity);
/// Null when empty.
void write_text_or_null(json_writer& out, std::string_view text);
/// JSON text as it is; null when there is none.
void write_json_or_null(json_writer& out, const std::optional<std::string>& json);
/// The members traceparent and tracestate: those that there are.
void write_trace(json_writer& out, const engine::trace_context& trace);
/// A member that is an array of texts.
void write_texts(json_writer& out, std::string_view name, std::span<const std::string> texts);

/// A whole number, or null where there is none.
template <class Int>
void write_integer_or_null(json_writer& out, const std::optional<Int>& number) {
  if (number)
    out.integer(static_cast<std::int64_t>(*number));
  else
    out.null();
}

/// A duration in milliseconds, or null where there is none.
inline void write_duration_or_null(json_writer& out,
                                   const std::optional<engine::milliseconds>& duration) {
  if (duration)
    out.integer(duration->count());
  else
    out.null();
}

} // namespace rota::protocol
