#include "bench/peers/client_load.hpp"

#include "bench/common/measure.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace rota::bench {

namespace {

/// A pop may find all waiting jobs taken by other connections, but not this often in a row.
constexpr std::size_t empty_pops_max = 100;
constexpr auto timeout = std::chrono::seconds(120);

} // namespace

client_load::client_load(std::unique_ptr<peer_clients> clients, const peer_shape& shape,
                         tenant_turns& turns)
    : clients_(std::move(clients)), shape_(shape), turns_(turns), workers_(clients_->size()) {}

load_result client_load::run(peer_work what, const load_limit& limit) {
  what_ = what;
  left_ = limit.jobs;
  result_ = {};
  workers_.assign(clients_->size(), {});
  active_ = clients_->size();
  const auto begin = clock::now();
  end_ = begin + limit.time;
  for (std::size_t connection = 0; connection < clients_->size(); ++connection)
    start_step(connection);
  const peer_clients::done_handler done = [this](std::size_t connection, std::size_t jobs) {
    end_step(connection, jobs);
  };
  while (active_ > 0) {
    if (!clients_->poll(timeout, done))
      throw std::runtime_error("no request was answered within two minutes");
  }
  result_.seconds = seconds_since(begin);
  return std::move(result_);
}

void client_load::start_step(std::size_t connection) {
  if (left_ == 0 || clock::now() >= end_)
    rest(connection);
  else if (what_ == peer_work::take)
    begin_pop(connection);
  else
    begin_push(connection);
}

void client_load::rest(std::size_t connection) {
  workers_[connection].doing = step::resting;
  --active_;
}

void client_load::begin_push(std::size_t connection) {
  workers_[connection].doing = step::pushing;
  left_ -= std::min<std::uint64_t>(left_, shape_.batch);
  const auto tenant = turns_.push;
  turns_.push = (turns_.push + 1) % shape_.tenants;
  clients_->push(connection, tenant);
}

void client_load::begin_pop(std::size_t connection) {
  auto& worker = workers_[connection];
  worker.doing = step::popping;
  if (what_ == peer_work::take)
    left_ -= std::min<std::uint64_t>(left_, shape_.batch);
  const auto turn = turns_.pop;
  turns_.pop = (turns_.pop + 1) % shape_.tenants;
  worker.sent = clock::now();
  clients_->pop(connection, turn);
}

void client_load::end_step(std::size_t connection, std::size_t jobs) {
  auto& worker = workers_[connection];
  switch (worker.doing) {
  case step::pushing:
    if (jobs != shape_.batch)
      throw std::runtime_error("some jobs of a push were not accepted");
    result_.pushed += jobs;
    if (what_ == peer_work::cycle)
      begin_pop(connection);
    else
      start_step(connection);
    return;
  case step::popping: end_pop(connection, jobs); return;
  case step::completing:
    if (jobs != worker.popped)
      throw std::runtime_error("some popped jobs could not be completed");
    result_.taken += jobs;
    start_step(connection);
    return;
  case step::resting: throw std::runtime_error("an unexpected answer");
  }
}

void client_load::end_pop(std::size_t connection, std::size_t jobs) {
  auto& worker = workers_[connection];
  if (what_ == peer_work::take)
    left_ += shape_.batch - jobs;
  if (jobs == 0) {
    if (++worker.empty_pops < empty_pops_max)
      start_step(connection);
    else
      rest(connection);
    return;
  }
  const std::chrono::duration<double, std::milli> waited = clock::now() - worker.sent;
  result_.pop_ms.add(waited.count());
  worker.empty_pops = 0;
  worker.popped = jobs;
  worker.doing = step::completing;
  clients_->complete(connection);
}

} // namespace rota::bench
