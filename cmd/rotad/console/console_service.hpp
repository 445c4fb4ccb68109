// The daemon's side of `rota console`: the port and the handler of its requests.
#pragma once
#include "cmd/rotad/console/console_child.hpp"
#include "cmd/rotad/console/console_handler.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <optional>
#include <string>

namespace rota::daemon {

/// Lives on the io thread.
class console_service {
public:
  console_service(boost::asio::io_context& io, const options& settings, answer_gate& gate);

  /// Opens the port. Returns an error text, or nothing. Until attach(), requests are answered
  /// `unavailable`.
  std::optional<std::string> listen() { return port_.start(); }
  const std::string& address() const { return port_.address(); }

  void attach(std::shared_ptr<actors::engine_room> runtime, std::uint64_t epoch) {
    handler_->attach(std::move(runtime), epoch);
  }
  void detach() { handler_->detach(); }
  void stop() { handler_->stop(); }
  void close() { port_.close(); }

private:
  std::shared_ptr<console_handler> handler_;
  console_child port_;
};

} // namespace rota::daemon
