// Sends requests to the runtime, as a client would, on behalf of the HTTP port.
#pragma once
#include "actors/runtime/engine_runtime.hpp"
#include "cmd/rotad/answer_gate.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>

namespace rota::daemon {

/// Lives on the io thread; owned by a shared pointer. Answers pass the gate, so they never reveal
/// anything that is not durable. Callers bound the number of open requests.
class runtime_client final : public answer_receiver,
                             public std::enable_shared_from_this<runtime_client> {
public:
  using answer_handler = std::function<void(const wire::answer&)>;

  void attach(actors::engine_runtime& runtime, answer_gate& gate, std::uint64_t epoch,
              persistence::durability level);
  /// The runtime has ended: open and later requests are answered `unavailable`.
  void detach();

  void send(actors::command what, answer_handler then);

  void deliver(outgoing_message& what) override;
  void flush() override {}

private:
  actors::session_actor session_;
  std::uint64_t last_ = 0;
  std::unordered_map<std::uint64_t, answer_handler> open_;
};

} // namespace rota::daemon
