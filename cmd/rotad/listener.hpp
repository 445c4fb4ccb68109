// Binds a port and accepts its connections.
#pragma once
#include "wire/client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <optional>
#include <string>

namespace rota::daemon {

/// Lives on the io thread. Must not outlive its io context.
class listener {
public:
  using accept_handler = std::function<void(boost::asio::ip::tcp::socket)>;

  /// `kind` names what is accepted in log messages: "a connection".
  listener(boost::asio::io_context& io, std::string kind, accept_handler on_accepted);

  /// Binds the address. Returns an error text, or nothing.
  std::optional<std::string> bind(const wire::endpoint& where);
  /// Starts accepting. Returns an error text, or nothing. While the system has no free descriptors,
  /// accepting is retried ten times a second.
  std::optional<std::string> open();
  void close();

  /// The bound endpoint, with the actual port.
  boost::asio::ip::tcp::endpoint where() const { return acceptor_.local_endpoint(); }

private:
  void accept();

  std::string kind_;
  accept_handler on_accepted_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer retry_timer_;
};

/// "127.0.0.1:7070", "[::1]:7070"
std::string to_text(const boost::asio::ip::tcp::endpoint& endpoint);

} // namespace rota::daemon
