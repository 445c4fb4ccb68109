// A bare socket, for bytes that no proper client would send.
#pragma once
#include "tests/system/support/child_program.hpp"
#include "tests/system/support/json.hpp"
#include "wire/client.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace rota::tests {

class raw_connection {
public:
  /// Throws when nobody listens. `receive_bytes` bounds the kernel's buffer for what comes (0: its own
  /// choice), so that a reader that reads nothing is a slow one soon.
  explicit raw_connection(const wire::endpoint& where, int receive_bytes = 0);

  /// Sends all of it; false when the other side no longer takes it.
  bool send(std::string_view bytes);
  /// Sends what goes without waiting; how much that was.
  std::size_t send_some(std::string_view bytes);
  /// The next line without its end; nothing when the connection has ended or none came in time.
  std::optional<std::string> line(std::chrono::milliseconds most = patience);
  /// So many bytes; nothing when fewer came in time.
  std::optional<std::string> bytes(std::size_t count, std::chrono::milliseconds most = patience);
  /// The next line as JSON; throws when there is none.
  json answer();
  /// The answer to one request line.
  json ask(std::string_view request);
  /// Says that no more comes; answers still do.
  void end_sending();
  /// True when the other side has closed, once all that it sent was read.
  bool ended(std::chrono::milliseconds most = patience);
  /// Breaks the connection off, without a proper end.
  void reset();

private:
  /// False at the end of the connection, or when nothing came in time.
  bool receive(std::chrono::milliseconds most);

  system::descriptor socket_;
  std::string input_;
  std::size_t searched_ = 0; ///< No line end before this.
  bool ended_ = false;
};

/// The descriptor limit of this process is raised as far as it goes; the limit that stands then.
std::size_t raise_descriptor_limit();

} // namespace rota::tests
