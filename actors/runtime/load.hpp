// How much waits for an actor, or for many of a kind together.
#pragma once
#include "actors/interfaces.hpp"

#include <caf/send.hpp>

#include <atomic>
#include <cstddef>

namespace rota::actors {

/// The answer of the actor that runs: it alone may look into its mailbox.
template <class Self>
void tell_load(Self self, const load_wanted& part) {
  auto answer = answer_to<load_part>(part);
  answer.mailbox = self->mailbox().size();
  self->send(part.asker, std::move(answer));
}

/// What waits for several actors. Each that is asked shares it; when the last of them has told or is
/// gone with its mailbox, the asker gets the sum.
class load_sum {
public:
  explicit load_sum(load_wanted asked) : asked_(std::move(asked)) {}
  load_sum(const load_sum&) = delete;
  load_sum& operator=(const load_sum&) = delete;
  ~load_sum() {
    auto answer = answer_to<load_part>(asked_);
    answer.mailbox = mailbox_;
    caf::anon_send(asked_.asker, std::move(answer));
  }

  void add(std::size_t messages) { mailbox_ += messages; }

private:
  load_wanted asked_;
  std::atomic<std::size_t> mailbox_{0};
};

} // namespace rota::actors
