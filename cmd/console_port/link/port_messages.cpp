#include "cmd/console_port/link/port_messages.hpp"

#include <array>
#include <charconv>

namespace rota::console {

namespace {

/// Four numbers of 20 digits, the spaces and the kind.
constexpr std::size_t head_bytes_max = 90;

/// Number, done, length of the method, length of the text.
using head_numbers = std::array<std::uint64_t, 4>;

/// Reads " N N N N".
std::optional<head_numbers> read_numbers(std::string_view text) {
  head_numbers numbers{};
  for (auto& number : numbers) {
    if (!text.starts_with(' '))
      return std::nullopt;
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + 1, end, number);
    if (read.ec != std::errc{})
      return std::nullopt;
    text = {read.ptr, static_cast<std::size_t>(end - read.ptr)};
  }
  return text.empty() ? std::optional{numbers} : std::nullopt;
}

std::optional<port_message::kind> kind_of(char c) {
  for (const auto kind : {port_message::kind::listening, port_message::kind::failed,
                          port_message::kind::request, port_message::kind::answer}) {
    if (static_cast<char>(kind) == c)
      return kind;
  }
  return std::nullopt;
}

} // namespace

std::string to_bytes(const port_message& message) {
  std::string out(1, static_cast<char>(message.what));
  for (const std::uint64_t number :
       {message.number, std::uint64_t{message.done}, std::uint64_t{message.method.size()},
        std::uint64_t{message.text.size()}})
    out.append(" ").append(std::to_string(number));
  return out.append("\n").append(message.method).append(message.text);
}

std::optional<port_message> port_message_reader::next() {
  const auto line_end = bytes_.find('\n');
  broken_ = broken_ || (line_end == std::string::npos ? bytes_.size() : line_end) > head_bytes_max;
  if (broken_ || line_end == std::string::npos)
    return std::nullopt;
  const auto kind = kind_of(bytes_.front());
  const auto numbers = read_numbers(std::string_view{bytes_}.substr(1, line_end - 1));
  broken_ =
      !kind || !numbers || (*numbers)[2] > method_bytes_max || (*numbers)[3] > text_bytes_max_;
  if (broken_)
    return std::nullopt;
  const auto [number, done, method_bytes, text_bytes] = *numbers;
  const auto begin = line_end + 1;
  if (bytes_.size() - begin < method_bytes + text_bytes)
    return std::nullopt;
  port_message out{*kind, number, done != 0, bytes_.substr(begin, method_bytes),
                   bytes_.substr(begin + method_bytes, text_bytes)};
  bytes_.erase(0, begin + method_bytes + text_bytes);
  return out;
}

} // namespace rota::console
