// One connection to the HTTP port: sequential requests, each limited in size and time.
#pragma once
#include "cmd/rotad/http/http_answer.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <memory>
#include <optional>

namespace rota::daemon {

class http_server;

/// Lives on the io thread. Accepts only GET and HEAD, without bodies. A pipelined request waits
/// until the one before it is answered.
class http_connection : public std::enable_shared_from_this<http_connection> {
public:
  http_connection(boost::asio::ip::tcp::socket socket, http_server& owner);

  void start() { read(); }
  /// Sends one answer, whatever the request, and closes the connection.
  void refuse(http_answer what);
  void close();

private:
  using request = boost::beast::http::request<boost::beast::http::empty_body>;
  using response = boost::beast::http::response<boost::beast::http::string_body>;

  void read();
  void on_request();
  void refuse_unreadable(boost::beast::error_code why);
  std::optional<http_answer> check_request(const request& r) const;
  void serve(const request& r);
  void answer(http_answer what, bool keep_alive);
  void write(bool keep_alive);

  boost::beast::tcp_stream stream_;
  http_server& server_;
  boost::asio::steady_timer answer_deadline_; ///< Deadline of the pending answer.
  boost::beast::flat_buffer input_;
  std::optional<boost::beast::http::request_parser<boost::beast::http::empty_body>> parser_;
  response response_;
  bool head_ = false;
  unsigned version_ = 11;
  std::uint64_t served_ = 0; ///< Number of the request being answered.
  bool closed_ = false;
};

} // namespace rota::daemon
