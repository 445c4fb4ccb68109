#include "bench/peers/nats_answers.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace rota::bench {

namespace {

constexpr std::string_view message_word = "MSG ";
constexpr std::string_view headed_word = "HMSG ";

/// The word at the end, which is cut off with the space before it.
std::string_view cut_last(std::string_view& words) {
  const auto space = words.rfind(' ');
  if (space == std::string_view::npos) {
    throw std::runtime_error("NATS sent a message that can't be read");
  }
  const auto word = words.substr(space + 1);
  words = words.substr(0, space);
  return word;
}

} // namespace

void nats_answers::begin_message(std::string_view words) {
  // SUBJECT SID [REPLY-TO] [BYTES OF HEADERS] BYTES
  const auto size = cut_last(words);
  std::size_t bytes = 0;
  if (std::from_chars(size.data(), size.data() + size.size(), bytes).ec != std::errc{}) {
    throw std::runtime_error("NATS sent a message of no size");
  }
  bytes_left_ = bytes + 2;
  if (has_headers_) {
    static_cast<void>(cut_last(words));
  }
  reply_to_.clear();
  if (std::count(words.begin(), words.end(), ' ') == 2) {
    reply_to_ = cut_last(words);
  }
}

nats_answer nats_answers::take(std::string_view line) {
  if (bytes_left_ > 0) {
    bytes_left_ -= std::min(bytes_left_, line.size() + 1);
    if (bytes_left_ > 0) {
      return nats_answer::nothing;
    }
    body_ = line;
    return has_headers_ ? nats_answer::status : nats_answer::message;
  }
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  if (line.starts_with(message_word) || line.starts_with(headed_word)) {
    has_headers_ = line.front() == 'H';
    begin_message(line.substr(has_headers_ ? headed_word.size() : message_word.size()));
    return nats_answer::nothing;
  }
  if (line == "PING") {
    return nats_answer::ping;
  }
  if (line == "PONG" || line == "+OK" || line.starts_with("INFO ")) {
    return nats_answer::nothing;
  }
  throw std::runtime_error("NATS refused a command: " + std::string(line.substr(0, 200)));
}

} // namespace rota::bench
