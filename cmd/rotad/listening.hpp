// Binding a port.
#pragma once
#include "cmd/protocol/client.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <optional>
#include <string>

namespace rota::daemon {

/// Opens the acceptor and binds it; the text says why not.
std::optional<std::string> bind_to(boost::asio::ip::tcp::acceptor& acceptor,
                                   const protocol::endpoint& where);

/// "127.0.0.1:7070", "[::1]:7070"
std::string to_text(const boost::asio::ip::tcp::endpoint& endpoint);

} // namespace rota::daemon
