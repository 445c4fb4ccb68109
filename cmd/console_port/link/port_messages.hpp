// What rotad and its rota-console-port say to each other over a pair of sockets.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rota::console {

/// The descriptor of the port's end.
inline constexpr int port_descriptor = 3;

/// Of all consoles together; what is beyond is refused.
inline constexpr std::size_t open_requests_max = 1024;
/// No method's name is longer.
inline constexpr std::size_t method_bytes_max = 64;

struct port_message {
  enum class kind : char {
    listening = 'l', ///< From the port, once: `text` is HOST:PORT.
    failed = 'f',    ///< From the port, instead: `text` says why it can't listen.
    request = 'r',   ///< From the port: `method` and, in `text`, the params as they came.
    answer = 'a',    ///< To the port: `done`, and the result or error in `text`.
  };
  kind what = kind::request;
  std::uint64_t number = 0; ///< Of a request, for its answer.
  bool done = false;
  std::string method;
  std::string text;
};

/// As bytes: "KIND NUMBER DONE LENGTH LENGTH\n", then method and text.
[[nodiscard]] std::string to_bytes(const port_message& message);

/// Takes messages out of what comes in pieces. The other side may be broken: what isn't a message,
/// or is longer than it may be, is told from then on.
class port_message_reader {
public:
  explicit port_message_reader(std::size_t text_bytes_max) : text_bytes_max_(text_bytes_max) {}

  void put(std::string_view bytes) { bytes_.append(bytes); }
  /// The next whole message.
  [[nodiscard]] std::optional<port_message> next();
  [[nodiscard]] bool broken() const { return broken_; }

private:
  std::size_t text_bytes_max_;
  std::string bytes_;
  bool broken_ = false;
};

} // namespace rota::console
