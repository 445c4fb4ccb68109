#include "wire/answers_values.hpp"

#include "wire/time_text.hpp"

namespace rota::protocol {

std::string decimal_text(engine::micro quantity) {
  constexpr auto scale = static_cast<std::uint64_t>(engine::micro::scale);
  const bool negative = quantity.value < 0;
  const auto bits = static_cast<std::uint64_t>(quantity.value);
  const std::uint64_t value = negative ? 0 - bits : bits;
  std::string text = (negative ? "-" : "") + std::to_string(value / scale);
  if (const auto fraction = value % scale; fraction != 0) {
    const std::string digits = std::to_string(scale + fraction); // A 1 keeps the zeros in front.
    text += '.';
    text.append(digits, 1, digits.find_last_not_of('0'));
  }
  return text;
}

void write_id(json_writer& out, engine::job_id id) { out.string(to_text(id)); }
void write_id(json_writer& out, engine::attempt_id id) { out.string(to_text(id)); }

void write_time(json_writer& out, engine::time_point time) {
  out.string(time_text(to_us(time), time_precision::microseconds));
}

void write_time(json_writer& out, const std::optional<engine::time_point>& time) {
  if (time)
    write_time(out, *time);
  else
    out.null();
}

void write_quantity(json_writer& out, engine::micro quantity) { out.raw(decimal_text(quantity)); }

void write_quantity(json_writer& out, const std::optional<engine::micro>& quantity) {
  if (quantity)
    write_quantity(out, *quantity);
  else
    out.null();
}

void write_text_or_null(json_writer& out, std::string_view text) {
  if (text.empty())
    out.null();
  else
    out.string(text);
}

void write_json_or_null(json_writer& out, const std::optional<std::string>& json) {
  if (json)
    out.raw(*json);
  else
    out.null();
}

void write_trace(json_writer& out, const engine::trace_context& trace) {
  out.member("traceparent", trace.parent);
  if (!trace.state.empty())
    out.member("tracestate", trace.state);
}

void write_texts(json_writer& out, std::string_view name, std::span<const std::string> texts) {
  out.key(name).begin_array();
  for (const auto& text : texts)
    out.string(text);
  out.end_array();
}

} // namespace rota::protocol
