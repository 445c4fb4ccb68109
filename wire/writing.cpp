#include "wire/writing.hpp"

#include "json/slice.hpp"
#include "wire/time_text.hpp"

namespace rota::wire {

std::string decimal_text(engine::micro quantity) {
  constexpr auto scale = static_cast<std::uint64_t>(engine::micro::scale);
  const bool negative = quantity.value < 0;
  const auto bits = static_cast<std::uint64_t>(quantity.value);
  const std::uint64_t value = negative ? 0 - bits : bits;
  std::string text = (negative ? "-" : "") + std::to_string(value / scale);
  if (const auto fraction = value % scale; fraction != 0) {
    const std::string digits = std::to_string(scale + fraction); // The leading 1 keeps the zeros.
    text += '.';
    text.append(digits, 1, digits.find_last_not_of('0'));
  }
  return text;
}

void write(json_writer& out, engine::job_id id) { out.string(to_text(id)); }
void write(json_writer& out, engine::attempt_id id) { out.string(to_text(id)); }
void write(json_writer& out, subscription_id id) { out.string(std::to_string(id.value)); }

void write(json_writer& out, engine::time_point time) {
  out.string(time_text(to_us(time), time_precision::microseconds));
}

void write(json_writer& out, engine::micro quantity) { out.raw(decimal_text(quantity)); }

void object_writer::operator()(std::string_view, const std::string& object,
                               const engine::rule<engine::other_members>&) {
  if (object.empty())
    return;
  for (const auto& [name, value] : json_value{object}.as_object())
    out_.raw_member(name, value.raw());
}

} // namespace rota::wire
