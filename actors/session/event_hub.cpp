#include "actors/session/event_hub.hpp"

#include <algorithm>

namespace rota::actors {

std::uint64_t event_hub::subscribe(std::shared_ptr<answer_sink> to, subscribe_command what) {
  const system::lock held{mutex_};
  const auto number = next_++;
  subscriptions_.push_back({number, std::move(to), std::move(what)});
  any_ = true;
  return number;
}

bool event_hub::unsubscribe(std::uint64_t subscription, const answer_sink* of) {
  const system::lock held{mutex_};
  const auto removed = std::erase_if(
      subscriptions_, [&](const auto& s) { return s.number == subscription && s.to.get() == of; });
  any_ = !subscriptions_.empty();
  return removed > 0;
}

void event_hub::drop(const answer_sink* of) {
  const system::lock held{mutex_};
  std::erase_if(subscriptions_, [&](const auto& s) { return s.to.get() == of; });
  any_ = !subscriptions_.empty();
}

bool event_hub::wants(const subscription& subscription, const engine::queue_identity& queue,
                      engine::job_state state) {
  const auto matches = [](const std::string& wanted, const std::string& is) {
    return wanted.empty() || wanted == is;
  };
  const auto& states = subscription.what.states;
  return matches(subscription.what.filter.type, queue.type) &&
         matches(subscription.what.filter.tenant, queue.tenant) &&
         (states.empty() || std::find(states.begin(), states.end(), state) != states.end());
}

void event_hub::publish(const engine::queue_identity& queue,
                        const std::vector<engine::transition>& transitions,
                        engine::position position) const {
  if (!any() || transitions.empty())
    return;
  const system::lock held{mutex_};
  for (const auto& subscription : subscriptions_)
    for (const auto& t : transitions)
      if (wants(subscription, queue, t.state))
        subscription.to->notify({subscription.number,
                                 {queue.number, t.number},
                                 queue.type,
                                 queue.tenant,
                                 t.state,
                                 t.at,
                                 t.trace_id},
                                position);
}

} // namespace rota::actors
