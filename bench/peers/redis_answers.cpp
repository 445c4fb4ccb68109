#include "bench/peers/redis_answers.hpp"

#include <charconv>
#include <stdexcept>
#include <string>

namespace rota::bench {

namespace {

std::uint64_t number_in(std::string_view line) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
  if (error != std::errc{} || end == line.data()) {
    throw std::runtime_error("Redis answered no number: " + std::string(line.substr(0, 200)));
  }
  return number;
}

} // namespace

std::optional<std::uint64_t> redis_answers::take(std::string_view line) {
  at_string_ = lines_left_ % 2 == 1; // Sizes come before strings.
  if (lines_left_ > 0) {
    return --lines_left_ == 0 ? std::optional<std::uint64_t>(strings_) : std::nullopt;
  }
  const char kind = line.empty() ? ' ' : line.front();
  switch (kind) {
  case '+': return 0;
  case ':': return number_in(line.substr(1));
  case '$':
    strings_ = 1;
    lines_left_ = 1;
    return std::nullopt;
  case '*':
    strings_ = number_in(line.substr(1));
    lines_left_ = 2 * strings_;
    return strings_ == 0 ? std::optional<std::uint64_t>(0) : std::nullopt;
  default: throw std::runtime_error("Redis refused a command: " + std::string(line.substr(0, 200)));
  }
}

} // namespace rota::bench
