// Passes answers from the actors to the gate.
#pragma once
#include "actors/commands.hpp"
#include "cmd/rotad/answer_gate.hpp"
#include "cmd/rotad/options.hpp"

#include <memory>
#include <string_view>

namespace rota::daemon {

/// Formats answers on the actor's thread and puts the text into the gate.
class gate_sink final : public actors::answer_sink {
public:
  gate_sink(answer_gate& gate, std::uint64_t epoch, std::shared_ptr<answer_receiver> to,
            persistence::durability level)
      : gate_(gate), epoch_(epoch), to_(std::move(to)), durability_(name_of(level)) {}

  void answer(std::uint64_t request, actors::reply what, engine::position position) override;
  void notify(actors::job_event what, engine::position position) override;

private:
  answer_gate& gate_;
  std::uint64_t epoch_;
  std::shared_ptr<answer_receiver> to_;
  std::string_view durability_;
};

} // namespace rota::daemon
