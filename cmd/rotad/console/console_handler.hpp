// Serves requests from consoles like those of a connection. Lives on the io thread.
#pragma once
#include "actors/runtime/engine_room.hpp"
#include "cmd/console_port/link/port_messages.hpp"
#include "cmd/rotad/answer_gate.hpp"
#include "cmd/rotad/console/operator_methods.hpp"
#include "cmd/rotad/options.hpp"
#include "json/check.hpp"
#include "wire/methods.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

namespace rota::daemon {

/// One session serves all consoles. None of their requests waits for an event, so no answer is held
/// for a console that has gone.
class console_handler final : public answer_receiver,
                              public std::enable_shared_from_this<console_handler> {
public:
  using answered = std::function<void(console::port_message)>;
  console_handler(boost::asio::io_context& io, const options& settings, answer_gate& gate,
                  answered on_answer);

  void attach(std::shared_ptr<actors::engine_room> runtime, std::uint64_t epoch);
  /// The storage failed: all open requests are answered `unavailable`.
  void detach();
  /// Refuses requests from now on.
  void stop();

  void serve(const console::port_message& request);

  void deliver(outgoing_message& answer) override;
  void flush() override {}

private:
  void serve_client_method(const console::port_message& request, json_value params);
  void ask_for_actors(std::uint64_t number, json_value params);
  /// Answers a request if it is open; ignores all others.
  void finish(std::uint64_t number, const wire::answer& what);
  void answer(std::uint64_t number, const wire::answer& what);

  const options& settings_;
  answer_gate& gate_;
  answered on_answer_;
  json_checker checker_;
  operator_methods operators_;
  std::shared_ptr<actors::engine_room> runtime_;
  actors::session_actor session_;
  bool stopping_ = false;
  /// What to log about a request once it is answered; nothing if the params are empty.
  struct open_request {
    const wire::method* method = nullptr; ///< Null: an operator method, which logs itself.
    std::string params;
  };
  std::unordered_map<std::uint64_t, open_request> open_;
};

} // namespace rota::daemon
