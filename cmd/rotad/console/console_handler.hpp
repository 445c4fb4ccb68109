// The daemon's side of `rota console`: serves requests of consoles like those of a connection.
#pragma once
#include "actors/runtime/engine_runtime.hpp"
#include "cmd/rotad/answer_gate.hpp"
#include "cmd/rotad/console/console_child.hpp"
#include "cmd/rotad/console/operator_methods.hpp"
#include "cmd/rotad/options.hpp"
#include "json/check.hpp"
#include "wire/methods.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace rota::daemon {

/// Lives on the io thread. One session serves all consoles. None of their requests waits for an
/// event, so no answer is held for a console that has gone.
class console_handler final : public answer_receiver,
                              public std::enable_shared_from_this<console_handler> {
public:
  /// Precondition: the settings have a port for consoles.
  console_handler(boost::asio::io_context& io, const options& settings, answer_gate& gate);

  /// Opens the port. Returns an error text, or nothing. Until attach(), requests are answered
  /// `unavailable`.
  std::optional<std::string> listen() { return port_.start(); }
  const std::string& address() const { return port_.address(); }

  void attach(std::shared_ptr<actors::engine_runtime> runtime, std::uint64_t epoch);
  /// The storage failed: all open requests are answered `unavailable`.
  void detach();
  /// Refuses requests from now on.
  void stop();
  void close() { port_.close(); }

  void deliver(outgoing_message& answer) override;
  void flush() override {}

private:
  void serve(const console::port_message& request);
  void serve_client_method(const console::port_message& request, json_value params);
  void ask_for_actors(std::uint64_t number, json_value params);
  /// Answers a request if it is open; ignores all others.
  void finish(std::uint64_t number, const wire::answer& what);
  void refuse(std::uint64_t number, wire::error_kind kind, std::string why);
  void answer(std::uint64_t number, const wire::answer& what);

  const options& settings_;
  answer_gate& gate_;
  json_checker checker_;
  operator_methods operators_;
  console_child port_;
  std::shared_ptr<actors::engine_runtime> runtime_;
  actors::session_actor session_;
  bool stopping_ = false;
  /// The text to log about a request once it is answered; nothing if the params are empty.
  struct open_request {
    const wire::method* method = nullptr; ///< Null: an operator method, which logs itself.
    std::string params;
  };
  std::unordered_map<std::uint64_t, open_request> open_;
};

} // namespace rota::daemon
