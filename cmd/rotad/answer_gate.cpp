#include "cmd/rotad/answer_gate.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace rota::daemon {

void answer_gate::put(std::uint64_t epoch, engine::position position, outgoing_message answer) {
  const system::lock held{mutex_};
  if (epoch != epoch_)
    return;
  if (position > durable_) {
    waiting_.emplace(position, std::move(answer));
    return;
  }
  ready_.push_back(std::move(answer));
  wake_io();
}

void answer_gate::durable(std::uint64_t epoch, engine::position position) {
  const system::lock held{mutex_};
  if (epoch != epoch_)
    return;
  durable_ = position;
  const auto end = waiting_.upper_bound(position);
  if (end == waiting_.begin())
    return;
  for (auto i = waiting_.begin(); i != end; ++i)
    ready_.push_back(std::move(i->second));
  waiting_.erase(waiting_.begin(), end);
  wake_io();
}

std::uint64_t answer_gate::begin_epoch() {
  const system::lock held{mutex_};
  waiting_.clear();
  durable_ = {};
  return ++epoch_;
}

void answer_gate::wake_io() {
  if (std::exchange(awake_, true))
    return;
  boost::asio::post(io_, [this] { deliver_ready(); });
}

void answer_gate::deliver_ready() {
  std::vector<outgoing_message> batch;
  {
    const system::lock held{mutex_};
    batch.swap(ready_);
    awake_ = false;
  }
  deliver_(batch);
}

} // namespace rota::daemon
