// The messages between rotad and its rota-console-port, over a socket pair.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rota::console {

/// The descriptor of the socket in rota-console-port.
inline constexpr int port_descriptor = 3;

/// Maximum number of open requests of all consoles; further ones are refused.
inline constexpr std::size_t open_requests_max = 1024;
/// Longer than the name of any method.
inline constexpr std::size_t method_bytes_max = 64;

struct port_message {
  enum class kind : char {
    listening = 'l', ///< From the port, once: `text` is HOST:PORT.
    failed = 'f',    ///< From the port, instead: `text` is the reason why it cannot listen.
    request = 'r',   ///< From the port: `method`, and the params as received in `text`.
    answer = 'a',    ///< To the port: `done`, and the result or error in `text`.
  };
  kind what = kind::request;
  std::uint64_t number = 0; ///< Identifies a request and its answer.
  bool done = false;
  std::string method;
  std::string text;
};

/// Encodes a message as "KIND NUMBER DONE LENGTH LENGTH\n", followed by the method and the text.
[[nodiscard]] std::string to_bytes(const port_message& message);

/// Extracts messages from a stream of bytes. The other side may be faulty: after anything that is
/// not a message or exceeds its maximum size, broken() returns true and no more messages are
/// returned.
class port_message_reader {
public:
  explicit port_message_reader(std::size_t text_bytes_max) : text_bytes_max_(text_bytes_max) {}

  void put(std::string_view bytes) { bytes_.append(bytes); }
  /// Returns the next complete message, if there is one.
  [[nodiscard]] std::optional<port_message> next();
  [[nodiscard]] bool broken() const { return broken_; }

private:
  std::size_t text_bytes_max_;
  std::string bytes_;
  bool broken_ = false;
};

} // namespace rota::console
