#include "cmd/rotad/listener.hpp"

#include "cmd/rotad/log.hpp"

#include <chrono>
#include <utility>

namespace rota::daemon {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

/// Delay before accepting is retried when the system has no free descriptors.
constexpr std::chrono::milliseconds accept_retry_delay{100};

std::string cannot_listen(const std::string& where, const error_code& error) {
  return "cannot listen on " + where + ": " + error.message();
}

} // namespace

listener::listener(boost::asio::io_context& io, std::string kind, accept_handler on_accepted)
    : kind_(std::move(kind)),
      on_accepted_(std::move(on_accepted)),
      acceptor_(io),
      retry_timer_(io) {}

std::optional<std::string> listener::bind(const wire::endpoint& where) {
  error_code error;
  const auto found = tcp::resolver{acceptor_.get_executor()}.resolve(where.host, where.port, error);
  if (error)
    return "cannot resolve " + where.host + ":" + where.port + ": " + error.message();
  const auto endpoint = found.begin()->endpoint();
  acceptor_.open(endpoint.protocol(), error);
  acceptor_.set_option(tcp::acceptor::reuse_address{true}, error);
  acceptor_.bind(endpoint, error);
  if (error)
    return cannot_listen(where.host + ":" + where.port, error);
  return std::nullopt;
}

std::optional<std::string> listener::open() {
  error_code error;
  acceptor_.listen(boost::asio::socket_base::max_listen_connections, error);
  if (error)
    return cannot_listen(to_text(where()), error);
  accept();
  return std::nullopt;
}

void listener::accept() {
  acceptor_.async_accept([this](const error_code& error, tcp::socket socket) {
    if (error == boost::asio::error::operation_aborted)
      return;
    if (!error) {
      on_accepted_(std::move(socket));
      return accept();
    }
    log_line(spdlog::level::warn, "accept_failed", "cannot accept " + kind_,
             {{"error", error.message()}});
    retry_timer_.expires_after(accept_retry_delay);
    retry_timer_.async_wait([this](const error_code& stopped) {
      if (!stopped)
        accept();
    });
  });
}

void listener::close() {
  error_code ignored;
  acceptor_.close(ignored);
  retry_timer_.cancel();
}

std::string to_text(const tcp::endpoint& endpoint) {
  const auto host = endpoint.address().to_string();
  return (endpoint.address().is_v6() ? "[" + host + "]" : host) + ":" +
         std::to_string(endpoint.port());
}

} // namespace rota::daemon
