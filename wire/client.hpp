#pragma once

#include "json/check.hpp"

#include <boost/system/result.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rota::wire {

/// The address of a server.
struct endpoint {
  std::string host = "127.0.0.1";
  std::string port = "7070";
};

/// Whether port 0, which means any free port, is accepted.
enum class any_port : std::uint8_t { refused, allowed };

/// Reads `HOST:PORT` or `[IPV6]:PORT`; returns nothing for any other text.
[[nodiscard]] std::optional<endpoint> parse_endpoint(std::string_view text,
                                                     any_port port_0 = any_port::refused);

struct client_options {
  std::chrono::milliseconds connect_timeout{5000};
  /// Maximum time that call() waits for its answer; none: no limit.
  std::optional<std::chrono::milliseconds> answer_timeout;
  /// Whether each answer is checked to be JSON. Without the check, a server that sends anything
  /// else leads to wrong results, but not to memory errors.
  bool check_answers = true;
};

/// Why a call has no result.
struct call_error {
  /// No answer: the connection is lost or too slow, and the outcome is unknown.
  bool lost = false;
  int code = 0;        ///< From the server, like the rest.
  std::string kind;    ///< Empty if the server sent none.
  std::string message; ///< Also set when the connection was lost.
  std::string data;    ///< JSON text of the error's data, or empty.
};

/// A message from the server. The views are valid until the next use of the client.
struct message {
  enum class type : std::uint8_t { result, error, notification };
  type what = type::result;
  std::optional<std::int64_t> id; ///< As returned by send(); none if the server could not read it.
  std::string_view body;          ///< JSON text: the result, the error or the params.
  std::string_view method;        ///< Only of a notification.
};

/// Reads the error object of an answer.
[[nodiscard]] call_error read_call_error(std::string_view error_json);

/// A connection to a server, for use by one thread. Blocks unless driven by pump() and next().
/// Never throws: once the connection is lost, is_open() returns false, lost_reason() describes why,
/// and every other call has no effect.
class client {
public:
  /// The error is a sentence that describes what failed.
  using connected = boost::system::result<client, std::string>;
  [[nodiscard]] static connected connect(const endpoint& where, const client_options& options = {});

  client(client&&) noexcept;
  client& operator=(client&&) noexcept;
  ~client();

  /// Sends a request and waits for its answer. Must not be called while answers to send() are
  /// outstanding; notifications that arrive meanwhile are dropped. `params` is JSON text.
  [[nodiscard]] boost::system::result<std::string, call_error> call(std::string_view method,
                                                                    std::string_view params);

  /// Buffers a request and returns its id. Line ends in `params`, which JSON permits only as white
  /// space, become spaces. flush(), receive() and pump() write the buffer.
  std::int64_t send(std::string_view method, std::string_view params);
  /// Writes the whole buffer, and reads meanwhile so that the two sides never block each other.
  /// Returns false if the connection is lost.
  bool flush();
  /// Waits for the next message, at most `timeout`. Returns nothing after that time or if the
  /// connection is lost.
  [[nodiscard]] std::optional<message>
  receive(std::optional<std::chrono::milliseconds> timeout = std::nullopt);

  /// For a loop around poll(): the descriptor and the events to wait for; then call pump().
  [[nodiscard]] int descriptor() const;
  [[nodiscard]] short wanted_events() const;
  /// Writes and reads without blocking. Returns false if the connection is lost; messages that
  /// arrived earlier can still be taken with next().
  bool pump();
  /// Returns the next message that has already arrived, if any.
  [[nodiscard]] std::optional<message> next();
  /// Signals the server that no more requests follow; answers can still be received.
  void shut_down_sending();

  [[nodiscard]] bool is_open() const;
  [[nodiscard]] const std::string& lost_reason() const;

private:
  struct state;
  explicit client(std::unique_ptr<state> connected);
  std::unique_ptr<state> state_;
};

} // namespace rota::wire
