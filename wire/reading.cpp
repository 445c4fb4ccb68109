#include "wire/reading.hpp"

#include "engine/trace_context.hpp"
#include "json/text.hpp"
#include "wire/time_text.hpp"

#include <cmath>

namespace rota::wire {
namespace {

/// Formats a bound without an exponent or trailing zeros.
std::string bound_text(double x) {
  std::string text = std::to_string(x);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.')
    text.pop_back();
  return text;
}

std::string within(const engine::number_range& range) {
  if (range.open)
    return "must be greater than " + bound_text(range.least) + " and at most " +
           bound_text(range.most);
  return "must be from " + bound_text(range.least) + " to " + bound_text(range.most);
}

template <class Ref, class From>
bool read_reference(const param& p, Ref& into, From from) {
  if (!p.value().is_string())
    return p.refuse("must be a string");
  std::string scratch;
  const auto text = p.value().as_string(scratch);
  into.id = from(text);
  if (!into.id)
    into.unknown.assign(text);
  return true;
}

} // namespace

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > name_bytes_max)
    return false;
  unsigned char before = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool c1 = before == 0xC2 && byte < 0xA0; // U+0080 to U+009F.
    if (byte < 0x20 || byte == 0x7F || c1)
      return false;
    before = byte;
  }
  return true;
}

bool read_integer(const param& p, engine::integer_range range, std::int64_t& into) {
  const auto number = p.value().as_int64();
  if (number && *number >= range.least && *number <= range.most) {
    into = *number;
    return true;
  }
  return p.refuse("must be an integer from " + std::to_string(range.least) + " to " +
                  std::to_string(range.most));
}

bool refuse_word(const param& p, std::span<const std::string_view> words) {
  std::string reason{"must be one of"};
  std::string_view between = " ";
  for (const auto word : words)
    reason.append(std::exchange(between, ", ")).append(word);
  return p.refuse(reason);
}

bool read(const param& p, const engine::rule<engine::anything>&, bool& into) {
  const auto truth = p.value().as_bool();
  if (!truth)
    return p.refuse("must be true or false");
  into = *truth;
  return true;
}

bool read(const param& p, const engine::rule<engine::boolean_words>& r, bool& into) {
  std::string scratch;
  const auto text = p.value().as_string(scratch);
  into = text == r.range.if_true;
  const std::string_view words[] = {r.range.if_true, r.range.if_false};
  return (p.value().is_string() && (into || text == r.range.if_false)) || refuse_word(p, words);
}

bool read(const param& p, const engine::rule<engine::number_range>& r, double& into) {
  if (!p.value().is_number())
    return p.refuse("must be a number");
  const auto number = p.value().as_double();
  if (!number)
    return p.refuse("must be a number that a double can hold");
  const auto& range = r.range;
  if (!(*number >= range.least && *number <= range.most && !(range.open && *number == range.least)))
    return p.refuse(within(range));
  into = *number;
  return true;
}

bool read(const param& p, const engine::rule<engine::number_range>& r, engine::micro& into) {
  double number = 0;
  if (!read(p, r, number))
    return false;
  const engine::micro rounded{std::llround(number * static_cast<double>(engine::micro::scale))};
  into = std::max(rounded, engine::micro{r.range.open ? 1 : 0}); // 1: the least above zero
  return true;
}

bool read(const param& p, const engine::rule<engine::duration_range>& r,
          engine::milliseconds& into) {
  std::int64_t ms = 0;
  if (!read_integer(p, {r.range.least_ms, r.range.most_ms}, ms))
    return false;
  into = engine::milliseconds{ms};
  return true;
}

bool read(const param& p, const engine::rule<engine::anything>&, std::string& into) {
  if (!p.value().is_string())
    return p.refuse("must be a string");
  std::string scratch;
  const auto text = p.value().as_string(scratch);
  if (text.data() == scratch.data())
    into = std::move(scratch);
  else
    into.assign(text);
  return true;
}

bool read(const param& p, const engine::rule<engine::name_text>&, std::string& into) {
  return read(p, engine::any_value, into) &&
         (is_name(into) || p.refuse("must be 1 to 200 bytes without control characters"));
}

bool read(const param& p, const engine::rule<engine::json_text>&, std::string& into) {
  into.assign(p.value().raw());
  return true;
}

bool read(const param& p, const engine::rule<engine::pointer_text>&, std::string& into) {
  if (!read(p, engine::any_value, into))
    return false;
  if (into.size() > pointer_bytes_max)
    return p.refuse("must be at most 1000 bytes");
  return is_json_pointer(into) || p.refuse("must be a JSON pointer");
}

bool read(const param& p, const engine::rule<engine::traceparent_text>&, std::string& into) {
  return read(p, engine::any_value, into) &&
         (engine::is_traceparent(into) ||
          p.refuse("must be like 00-<32 hex>-<16 hex>-<2 hex>, in lower case, no id all zeros"));
}

bool read(const param& p, const engine::rule<engine::tracestate_text>&, std::string& into) {
  return read(p, engine::any_value, into) &&
         (engine::is_tracestate(into) || p.refuse("must be 1 to 512 bytes of printable ASCII"));
}

bool read(const param& p, const engine::rule<engine::word_text>& r, std::string& into) {
  if (!read(p, engine::any_value, into))
    return false;
  const auto& words = r.range.words;
  return std::find(words.begin(), words.end(), into) != words.end() || refuse_word(p, words);
}

bool read(const param& p, const engine::rule<engine::anything>&, engine::time_point& into) {
  std::string scratch;
  const auto time = p.value().is_string() ? parse_time(p.value().as_string(scratch)) : std::nullopt;
  if (!time)
    return p.refuse("must be a time like 2026-11-21T22:57:50.123Z");
  into = engine::from_us(*time);
  return true;
}

bool read(const param& p, const engine::rule<engine::anything>&, job_ref& into) {
  return read_reference(p, into, engine::job_id_from);
}

bool read(const param& p, const engine::rule<engine::anything>&, lease_ref& into) {
  return read_reference(p, into, engine::attempt_id_from);
}

bool read(const param& p, const engine::rule<engine::anything>&, subscription_id& into) {
  std::string text;
  if (!read(p, engine::any_value, text))
    return false;
  into.value = number_in<std::uint64_t>(text).value_or(0); // any other text is an unknown id
  return true;
}

} // namespace rota::wire
