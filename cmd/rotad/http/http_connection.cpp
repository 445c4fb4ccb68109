#include "cmd/rotad/http/http_connection.hpp"

#include "cmd/rotad/http/http_server.hpp"
#include "cmd/rotad/http/http_target.hpp"

#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include <chrono>
#include <utility>

namespace rota::daemon {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;

/// For receiving a whole request and for sending an answer; also the idle timeout of a connection.
constexpr std::chrono::seconds io_timeout{10};
/// For producing an answer.
constexpr std::chrono::seconds answer_timeout{5};
/// Of the request line and header fields.
constexpr std::uint32_t header_bytes_max = 8192;
constexpr std::size_t input_bytes_max = 16'384;

} // namespace

http_connection::http_connection(boost::asio::ip::tcp::socket socket, http_server& owner)
    : stream_(std::move(socket)),
      server_(owner),
      answer_deadline_(stream_.get_executor()),
      input_(input_bytes_max) {}

void http_connection::read() {
  parser_.emplace();
  parser_->header_limit(header_bytes_max);
  parser_->body_limit(0);
  stream_.expires_after(io_timeout);
  http::async_read(stream_, input_, *parser_,
                   [self = shared_from_this()](const error_code& error, std::size_t) {
                     if (self->closed_)
                       return;
                     if (error)
                       return self->refuse_unreadable(error);
                     self->on_request();
                   });
}

/// Malformed requests get one error response; timeouts and closed peers get none.
void http_connection::refuse_unreadable(error_code why) {
  const bool malformed = why.category() == error_code{http::error::bad_method}.category() &&
                         why != http::error::end_of_stream && why != http::error::partial_message;
  if (!malformed)
    return close();
  head_ = false;
  version_ = 11;
  if (why == http::error::header_limit || why == http::error::buffer_overflow)
    return answer(text_answer(431, "the request header exceeds 8192 bytes"), false);
  if (why == http::error::body_limit)
    return answer(text_answer(413, "request bodies are not supported"), false);
  answer(text_answer(400, "malformed HTTP request: " + why.message()), false);
}

void http_connection::on_request() {
  const auto& r = parser_->get();
  head_ = r.method() == http::verb::head;
  version_ = r.version();
  if (auto refusal = check_request(r))
    return answer(std::move(*refusal), r.keep_alive());
  serve(r);
}

std::optional<http_answer> http_connection::check_request(const request& r) const {
  if (r.method() != http::verb::get && r.method() != http::verb::head)
    return text_answer(405, "only GET and HEAD are supported");
  const auto hosts = r.equal_range(http::field::host);
  const auto count = std::distance(hosts.first, hosts.second);
  if (count > 1 || (count == 0 && r.version() >= 11))
    return text_answer(400, "a request must have exactly one Host header");
  if (!server_.accepts_host({r[http::field::host].data(), r[http::field::host].size()}))
    return text_answer(421,
                       "the Host header does not name this server; use its address or localhost");
  return std::nullopt;
}

void http_connection::serve(const request& r) {
  const auto query = read_target({r.target().data(), r.target().size()});
  if (!query)
    return answer(text_answer(400, "the request target is not a path"), r.keep_alive());
  const auto number = ++served_;
  const bool keep_alive = r.keep_alive();
  const auto respond = [self = shared_from_this(), number, keep_alive](http_answer what) {
    if (self->served_ != number || self->closed_)
      return; // already answered with a timeout, or closed
    self->answer_deadline_.cancel();
    ++self->served_;
    self->answer(std::move(what), keep_alive);
  };
  answer_deadline_.expires_after(answer_timeout);
  answer_deadline_.async_wait([respond](const error_code& cancelled) {
    if (!cancelled)
      respond(text_answer(503, "the server is too busy to answer"));
  });
  stream_.expires_never();
  server_.serve(*query, respond);
}

void http_connection::answer(http_answer what, bool keep_alive) {
  ++server_.counters().answers[what.status];
  response_ = {};
  response_.version(version_);
  response_.result(what.status);
  response_.set(http::field::content_type,
                boost::beast::string_view{what.type.data(), what.type.size()});
  response_.set(http::field::cache_control, "no-store");
  response_.set("X-Content-Type-Options", "nosniff");
  response_.set("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'");
  if (what.status == 405)
    response_.set(http::field::allow, "GET, HEAD");
  response_.content_length(what.body.size());
  if (!head_)
    response_.body() = std::move(what.body);
  response_.keep_alive(keep_alive);
  write(keep_alive);
}

void http_connection::write(bool keep_alive) {
  stream_.expires_after(io_timeout);
  const auto then = [self = shared_from_this(), keep_alive](const error_code& error, std::size_t) {
    if (self->closed_)
      return;
    if (error || !keep_alive)
      return self->close();
    self->read();
  };
  http::async_write(stream_, response_, then);
}

void http_connection::refuse(http_answer what) { answer(std::move(what), false); }

void http_connection::close() {
  if (std::exchange(closed_, true))
    return;
  answer_deadline_.cancel();
  error_code ignored;
  stream_.socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
  stream_.close();
  server_.closed(shared_from_this());
}

} // namespace rota::daemon
