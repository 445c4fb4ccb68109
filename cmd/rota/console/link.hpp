// The connection to a daemon's CONSOLE actor, over CAF's network layer.
#pragma once
#include "cmd/console_port/link/tls_files.hpp"
#include "cmd/rota/requester.hpp"

#include <boost/system/result.hpp>

#include <memory>
#include <optional>
#include <string>

namespace rota::client {

struct link_options {
  wire::endpoint daemon;
  std::optional<console::tls_files> tls;
};

/// A requester over this connection. After the connection is lost, the call in progress fails and
/// the next call reconnects.
class console_link final : public requester {
public:
  /// Connects. The error describes why there is no connection.
  [[nodiscard]] static boost::system::result<std::shared_ptr<console_link>, std::string>
  join(const link_options& options);
  ~console_link() override;

  [[nodiscard]] boost::system::result<std::string, wire::call_error>
  call(std::string_view method, std::string_view params) override;

private:
  struct network;
  explicit console_link(std::unique_ptr<network> joined);
  std::unique_ptr<network> network_;
};

} // namespace rota::client
