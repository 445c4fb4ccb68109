#include "engine/trace_context.hpp"

#include <algorithm>

namespace rota::engine {

namespace {

constexpr std::size_t trace_at = 3; // after the version and its dash
constexpr std::size_t trace_digits = 32;
constexpr std::size_t parent_at = trace_at + trace_digits + 1;
constexpr std::size_t parent_digits = 16;
constexpr std::size_t flags_at = parent_at + parent_digits + 1;
constexpr std::size_t flags_digits = 2;

bool are_digits(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_id(std::string_view text) {
  return are_digits(text) && text.find_first_not_of('0') != std::string_view::npos;
}

} // namespace

bool is_traceparent(std::string_view text) {
  return text.size() == flags_at + flags_digits && text.starts_with("00-") &&
         is_id(text.substr(trace_at, trace_digits)) && text[parent_at - 1] == '-' &&
         is_id(text.substr(parent_at, parent_digits)) && text[flags_at - 1] == '-' &&
         are_digits(text.substr(flags_at));
}

bool is_tracestate(std::string_view text) {
  return !text.empty() && text.size() <= tracestate_bytes_max &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

std::string_view trace_id(const trace_context& trace) {
  return std::string_view{trace.parent}.substr(trace_at, trace_digits);
}

} // namespace rota::engine
