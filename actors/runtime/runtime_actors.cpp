#include "actors/runtime/runtime_actors.hpp"

#include "actors/arbiter/arbiter_shell.hpp"
#include "actors/arbiter/restore_arbiter.hpp"
#include "actors/directory/directory_actor.hpp"
#include "actors/directory/setting_records.hpp"
#include "actors/executor/attempt_conversions.hpp"
#include "actors/queue/queue_actor.hpp"
#include "actors/runtime/timer_actor.hpp"

#include <caf/actor_system.hpp>
#include <caf/send.hpp>

namespace rota::actors {
namespace {

std::shared_ptr<std::latch> spawn_queues(caf::actor_system& system, const shared_state_ptr& shared,
                                         recovered& from) {
  auto joined = std::make_shared<std::latch>(static_cast<std::ptrdiff_t>(from.queues.size()));
  for (auto& [number, queue] : from.queues) {
    if (queue.uncovered)
      shared->journal.restore_dirty(number.value, queue.uncovered->first, queue.uncovered->second);
    shared->queues.map(number, spawn_queue(system, shared, std::move(queue.core),
                                           {std::move(queue.marks), queue.last, joined}));
  }
  return joined;
}

/// Returns the attempts that executors had when the daemon ended, by executor name.
std::map<std::string, adopted_attempts> attempts_of_executors(const shared_state& shared,
                                                              const recovered& from) {
  std::map<std::string, adopted_attempts> adopted;
  for (const auto& [number, queue] : from.queues) {
    const auto& core = *queue.core;
    for (const auto attempt : core.attempts()) {
      if (!core.executed(attempt))
        continue;
      const auto terms = *core.attempt(attempt);
      auto& those = adopted[terms.worker];
      auto what = make_lease(core, attempt);
      const bool cancelled = core.all_cancelling(attempt);
      if (terms.starting) {
        those.starting.push_back({std::move(what), cancelled});
        continue;
      }
      const auto started = *core.find(core.jobs_of(attempt).front())->started;
      those.running.push_back(watch_order_for(shared, what, started, cancelled));
    }
  }
  return adopted;
}

} // namespace

arbiter_actor make_fair_arbiter(caf::actor_system& system, const shared_state_ptr& shared,
                                const recovered& from) {
  auto core = std::make_shared<engine::arbiter>(shared->serials);
  restore_arbiter(*core, from, shared->clock.at(system.clock().now()));
  return system.spawn(arbiter_shell<engine::arbiter>::behave, shared, std::move(core));
}

std::shared_ptr<std::latch> spawn_actors(caf::actor_system& system, const shared_state_ptr& shared,
                                         recovered from, backend_maker make_backend,
                                         const arbiter_maker& make_arbiter) {
  const auto now = shared->clock.at(system.clock().now());
  for (auto& [number, queue] : from.queues)
    queue.core->renew_leases(now);
  shared->timer = spawn_timer(system, shared);
  shared->arbiter = make_arbiter(system, shared, from);
  for (auto& [number, name] : from.names)
    shared->queues.restore(number, std::move(name));
  shared->directory = spawn_directory(system, shared);
  auto adopted = attempts_of_executors(*shared, from);
  auto joined = spawn_queues(system, shared, from);
  shared->journal.start();
  shared->supervisor =
      spawn_supervisor(system, shared, std::move(make_backend), std::move(adopted));
  return joined;
}

persistence::journal_callbacks callbacks_for(const shared_state_ptr& shared) {
  const auto send = [&shared](std::uint32_t queue, auto message) {
    shared->queues.send_to(engine::queue_number{queue},
                           [&](const queue_actor& actor) { caf::anon_send(actor, message); });
  };
  persistence::journal_callbacks out;
  out.on_durable = [&shared](engine::position position) { shared->durable.reached(position); };
  out.on_snapshot_wanted = [&shared, send](std::uint32_t queue) {
    if (queue == directory_queue)
      caf::anon_send(shared->directory, snapshot_wanted{});
    else
      send(queue, snapshot_wanted{});
  };
  // The directory writes its rows in one piece.
  out.on_rows_written = [send](std::uint32_t queue, std::uint64_t) {
    send(queue, piece_written{});
  };
  return out;
}

void kill_actors(shared_state& shared) {
  const auto kill = [](const auto& actor) { caf::anon_send_exit(actor, caf::exit_reason::kill); };
  for (const auto& queue : shared.queues.clear())
    kill(queue);
  kill(shared.directory);
  kill(shared.arbiter);
  kill(shared.timer);
  kill(shared.supervisor);
  for (const auto& executor : shared.executors.all()) {
    kill(executor.runner);
    kill(executor.poller);
  }
  shared.durable.clear();
  shared.supervisor = nullptr;
  shared.directory = nullptr;
  shared.arbiter = nullptr;
  shared.timer = nullptr;
}

} // namespace rota::actors
