// A plain socket, for bytes that a normal client would not send.
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
  /// Throws if nobody listens. `receive_bytes` sets the size of the kernel's receive buffer (0: the
  /// default), so that a test that does not read soon counts as a slow reader.
  explicit raw_connection(const wire::endpoint& where, int receive_bytes = 0);

  /// Sends everything; returns false if the other side no longer accepts it.
  bool send(std::string_view bytes);
  /// Sends as much as possible without blocking; returns the number of bytes.
  std::size_t send_some(std::string_view bytes);
  /// The next line without its end. Nothing if the connection has ended or no line arrived in time.
  std::optional<std::string> line(std::chrono::milliseconds timeout = test_timeout);
  /// The next `count` bytes. Nothing if fewer arrived in time.
  std::optional<std::string> bytes(std::size_t count,
                                   std::chrono::milliseconds timeout = test_timeout);
  /// The next line as JSON; throws if there is none.
  json answer();
  /// Sends one request line and returns the answer.
  json ask(std::string_view request);
  /// Closes the sending direction; answers can still arrive.
  void end_sending();
  /// Returns true if the other side has closed the connection; discards unread data.
  bool is_closed(std::chrono::milliseconds timeout = test_timeout);
  /// Resets the connection instead of closing it.
  void reset();

private:
  /// Returns false at the end of the connection, or if nothing arrived in time.
  bool receive(std::chrono::milliseconds timeout);

  system::descriptor socket_;
  std::string input_;
  std::size_t searched_ = 0; ///< There is no line end before this.
  bool ended_ = false;
};

/// The text of a request, without its line end. `id` and `params` are JSON.
std::string request_text(const std::string& id, const std::string& method,
                         const std::string& params = "{}");

/// Raises the descriptor limit of this process to its maximum; returns the new limit.
std::size_t raise_descriptor_limit();

} // namespace rota::tests
