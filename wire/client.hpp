#pragma once

#include "json/check.hpp"

#include <boost/system/result.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rota::wire {

/// Where a server listens.
struct endpoint {
  std::string host = "127.0.0.1";
  std::string port = "7070";
};

/// Whether port 0, which means any free one, is an answer.
enum class any_port : std::uint8_t { refused, allowed };

/// Reads `HOST:PORT` or `[IPV6]:PORT`; nothing when the text is neither.
[[nodiscard]] std::optional<endpoint> parse_endpoint(std::string_view text,
                                                     any_port port_0 = any_port::refused);

struct client_options {
  std::chrono::milliseconds connect_timeout{5000};
  /// The longest that call() waits for its answer; none waits without end.
  std::optional<std::chrono::milliseconds> answer_timeout;
  /// Whether each answer's JSON is checked. Without it, a server that sends something else than
  /// JSON leads to nonsense, but to no harm.
  bool check_answers = true;
};

/// Why a call has no result.
struct call_error {
  bool lost = false;   ///< No answer: the connection is gone or too slow, the outcome unknown.
  int code = 0;        ///< The rest comes from the server.
  std::string kind;    ///< Empty when the server didn't say.
  std::string message; ///< Also set when the connection was lost.
  std::string data;    ///< JSON text of the error's data, or empty.
};

/// Something that the server sent. The views are valid until the client is used again.
struct message {
  enum class type : std::uint8_t { result, error, notification };
  type what = type::result;
  std::optional<std::int64_t> id; ///< What send() gave; none when the server couldn't tell.
  std::string_view body;          ///< JSON text: the result, the error or the params.
  std::string_view method;        ///< Of a notification.
};

/// Reads the error object of an answer.
[[nodiscard]] call_error read_call_error(std::string_view error_json);

/// A connection to a server, for one thread. Blocks unless it is driven through pump() and next().
/// Nothing throws: once the connection is lost, is_open() is false, lost_reason() says why, and
/// everything else does nothing.
class client {
public:
  /// The error is a sentence about what failed.
  using connected = boost::system::result<client, std::string>;
  [[nodiscard]] static connected connect(const endpoint& where, const client_options& options = {});

  client(client&&) noexcept;
  client& operator=(client&&) noexcept;
  ~client();

  /// Sends a request and waits for its answer. Not to be mixed with answers of send() that are
  /// still to come; notifications that arrive meanwhile are dropped. `params` is JSON text.
  [[nodiscard]] boost::system::result<std::string, call_error> call(std::string_view method,
                                                                    std::string_view params);

  /// Puts a request into the buffer and returns its id. Line ends in `params`, which JSON allows
  /// only as white space, become spaces. The buffer is written by flush(), receive() and pump().
  std::int64_t send(std::string_view method, std::string_view params);
  /// Writes all that is in the buffer; reads meanwhile, so that both sides never wait for each
  /// other. False when the connection is lost.
  bool flush();
  /// The next message, waiting for it (at most `timeout`). Nothing when it took too long or the
  /// connection is lost.
  [[nodiscard]] std::optional<message>
  receive(std::optional<std::chrono::milliseconds> timeout = std::nullopt);

  /// For a loop with poll(): the descriptor, the events to wait for, and what to do then.
  [[nodiscard]] int descriptor() const;
  [[nodiscard]] short wanted_events() const;
  /// Writes and reads what goes without waiting. False when the connection is lost; what arrived
  /// before can still be taken with next().
  bool pump();
  /// The next message that has arrived already.
  [[nodiscard]] std::optional<message> next();
  /// Tells the server that no more requests come; answers can still be received.
  void shut_down_sending();

  [[nodiscard]] bool is_open() const;
  [[nodiscard]] const std::string& lost_reason() const;

private:
  struct state;
  explicit client(std::unique_ptr<state> connected);
  std::unique_ptr<state> state_;
};

} // namespace rota::wire
