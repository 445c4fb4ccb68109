// The daemon's side of `rota console`: the port and the handler of its requests.
#pragma once
#include "cmd/rotad/console/console_child.hpp"
#include "cmd/rotad/console/console_desk.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <optional>
#include <string>

namespace rota::daemon {

/// Lives on the io thread.
class console_service {
public:
  console_service(boost::asio::io_context& io, const options& settings, answer_gate& gate);

  /// Opens the port. Returns an error text, or nothing. Until enter(), requests are answered
  /// `unavailable`.
  std::optional<std::string> listen() { return port_.start(); }
  const std::string& address() const { return port_.address(); }

  void enter(std::shared_ptr<actors::engine_room> room, std::uint64_t epoch) {
    desk_->enter(std::move(room), epoch);
  }
  void leave() { desk_->leave(); }
  void stop() { desk_->stop(); }
  void close() { port_.close(); }

private:
  std::shared_ptr<console_desk> desk_;
  console_child port_;
};

} // namespace rota::daemon
