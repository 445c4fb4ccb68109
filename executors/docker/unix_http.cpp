#include "executors/docker/unix_http.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <exception>

namespace rota::executors::docker {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using unix_stream = beast::basic_stream<asio::local::stream_protocol>;

/// Thousands of containers in one list are a few megabytes.
constexpr std::uint64_t answer_bytes_max = std::uint64_t{256} << 20;

http::verb verb_of(http_verb verb) {
  switch (verb) {
  case http_verb::get: return http::verb::get;
  case http_verb::post: return http::verb::post;
  case http_verb::remove: return http::verb::delete_;
  }
  return http::verb::unknown;
}

http::request<http::string_body> message_of(const http_request& request) {
  http::request<http::string_body> message{verb_of(request.verb), request.target, 11};
  message.set(http::field::host, "engine");
  message.set(http::field::connection, "close");
  if (!request.body.empty())
    message.set(http::field::content_type, "application/json");
  message.body() = request.body;
  message.prepare_payload();
  return message;
}

asio::awaitable<void> call(unix_stream& stream, const std::string& socket,
                           const http::request<http::string_body>& message,
                           http::response_parser<http::string_body>& parser) {
  co_await stream.async_connect(asio::local::stream_protocol::endpoint{socket},
                                asio::use_awaitable);
  co_await http::async_write(stream, message, asio::use_awaitable);
  beast::flat_buffer buffer;
  co_await http::async_read(stream, buffer, parser, asio::use_awaitable);
}

std::string reason_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const boost::system::system_error& error) {
    return error.code() == beast::error::timeout ? "timed out" : error.code().message();
  } catch (const std::exception& error) {
    return error.what();
  }
}

} // namespace

boost::system::result<http_answer, std::string>
http_call(const std::string& socket, const http_request& request, deadline until) try {
  asio::io_context context{1};
  unix_stream stream{context};
  stream.expires_at(until);
  const auto message = message_of(request);
  http::response_parser<http::string_body> parser;
  parser.body_limit(answer_bytes_max);
  std::exception_ptr failure;
  asio::co_spawn(context, call(stream, socket, message, parser),
                 [&](std::exception_ptr thrown) { failure = std::move(thrown); });
  context.run();
  if (failure)
    return socket + ": " + reason_of(failure);
  auto answer = parser.release();
  return http_answer{answer.result_int(), std::string(answer[http::field::server]),
                     std::move(answer.body())};
} catch (const std::exception& error) { // a path too long for a socket, or no free descriptor
  return socket + ": " + error.what();
}

} // namespace rota::executors::docker
