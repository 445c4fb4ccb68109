#include "engine/ids.hpp"

#include <charconv>

namespace rota::engine {
namespace {

void append_base36(std::string& out, std::uint64_t value) {
  char digits[16];
  const auto end = std::to_chars(digits, digits + sizeof digits, value, 36).ptr;
  out.append(digits, end);
}

std::string spell(char prefix, queue_number queue, serial number) {
  std::string out{prefix};
  append_base36(out, queue.value);
  out += '-';
  append_base36(out, number.value);
  return out;
}

/// Accepts only what std::to_chars writes: no sign, no capitals, no leading zero.
template <class Value>
std::optional<Value> read_base36(std::string_view text) {
  if (text.empty() || (text.size() > 1 && text.front() == '0'))
    return std::nullopt;
  for (const char c : text)
    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')))
      return std::nullopt;
  Value value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 36);
  if (error != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

template <class Id>
std::optional<Id> read_id(char prefix, std::string_view text) {
  const auto dash = text.find('-');
  if (text.empty() || text.front() != prefix || dash == std::string_view::npos)
    return std::nullopt;
  const auto queue = read_base36<std::uint32_t>(text.substr(1, dash - 1));
  const auto number = read_base36<std::uint64_t>(text.substr(dash + 1));
  if (!queue || !number)
    return std::nullopt;
  return Id{{*queue}, {*number}};
}

} // namespace

std::string to_text(job_id id) { return spell('j', id.queue, id.number); }
std::string to_text(attempt_id id) { return spell('a', id.queue, id.number); }

std::optional<job_id> job_id_from(std::string_view text) { return read_id<job_id>('j', text); }
std::optional<attempt_id> attempt_id_from(std::string_view text) {
  return read_id<attempt_id>('a', text);
}

} // namespace rota::engine
