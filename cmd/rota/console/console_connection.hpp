// The connection to a server's CONSOLE actor, over CAF's network layer.
#pragma once
#include "cmd/console_port/link/tls_files.hpp"
#include "cmd/rota/context.hpp"

#include <boost/system/result.hpp>

#include <memory>
#include <optional>
#include <string>

namespace rota::client {

struct console_address {
  wire::endpoint server;
  std::optional<console::tls_files> tls;
};

/// A requester over this connection. After the connection is lost, the call in progress fails and
/// the next call reconnects.
class console_connection final : public requester {
public:
  /// The error describes why there is no connection.
  [[nodiscard]] static boost::system::result<std::shared_ptr<console_connection>, std::string>
  open(const console_address& address);
  ~console_connection() override;

  [[nodiscard]] boost::system::result<std::string, wire::call_error>
  call(std::string_view method, std::string_view params) override;

private:
  struct network;
  explicit console_connection(std::unique_ptr<network> connected);
  std::unique_ptr<network> network_;
};

} // namespace rota::client
