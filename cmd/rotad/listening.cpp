#include "cmd/rotad/listening.hpp"

namespace rota::daemon {

using boost::asio::ip::tcp;
using boost::system::error_code;

std::optional<std::string> bind_to(tcp::acceptor& acceptor, const protocol::endpoint& where) {
  error_code error;
  const auto found = tcp::resolver{acceptor.get_executor()}.resolve(where.host, where.port, error);
  if (error)
    return "can't resolve " + where.host + ":" + where.port + ": " + error.message();
  const auto endpoint = found.begin()->endpoint();
  acceptor.open(endpoint.protocol(), error);
  acceptor.set_option(tcp::acceptor::reuse_address{true}, error);
  acceptor.bind(endpoint, error);
  if (error)
    return "can't listen on " + where.host + ":" + where.port + ": " + error.message();
  return std::nullopt;
}

std::string to_text(const tcp::endpoint& endpoint) {
  const auto host = endpoint.address().to_string();
  return (endpoint.address().is_v6() ? "[" + host + "]" : host) + ":" +
         std::to_string(endpoint.port());
}

} // namespace rota::daemon
