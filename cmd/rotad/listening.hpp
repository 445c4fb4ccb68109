// A port: binding it, and taking the connections that come.
#pragma once
#include "wire/client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <optional>
#include <string>

namespace rota::daemon {

/// Lives on the io thread, as long as its io context runs.
class listener {
public:
  using taker = std::function<void(boost::asio::ip::tcp::socket)>;

  /// `kind` tells the log what can't be taken: "a connection".
  listener(boost::asio::io_context& io, std::string kind, taker take);

  /// Binds the address; the text says why not.
  std::optional<std::string> bind(const wire::endpoint& where);
  /// From now on what comes is taken; the text says why not. While the system has no descriptors left
  /// it is tried again ten times a second.
  std::optional<std::string> open();
  void close();

  /// What was bound, with the port that was really taken.
  boost::asio::ip::tcp::endpoint where() const { return acceptor_.local_endpoint(); }

private:
  void accept();

  std::string kind_;
  taker take_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
};

/// "127.0.0.1:7070", "[::1]:7070"
std::string to_text(const boost::asio::ip::tcp::endpoint& endpoint);

} // namespace rota::daemon
