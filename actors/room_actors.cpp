#include "actors/room_actors.hpp"

#include "actors/arbiter_actor.hpp"
#include "actors/directory_actor.hpp"
#include "actors/queue_actor.hpp"
#include "actors/setting_records.hpp"
#include "actors/timer_actor.hpp"

#include <caf/actor_system.hpp>
#include <caf/send.hpp>

namespace rota::actors {
namespace {

template <class Message>
void send_to_owner(const room& shared, std::uint32_t queue, const Message& message) {
  if (queue == directory_queue)
    caf::anon_send(shared.directory, message);
  else
    shared.queues.send_to(engine::queue_number{queue},
                          [&](const queue_actor& actor) { caf::anon_send(actor, message); });
}

void spawn_queues(caf::actor_system& system, const room_ptr& shared, recovered& from) {
  for (auto& [number, queue] : from.queues) {
    if (queue.uncovered)
      shared->journal.restore_dirty(number.value, queue.uncovered->first, queue.uncovered->second);
    shared->queues.map(number, spawn_queue(system, shared, std::move(queue.core),
                                           std::move(queue.marks), queue.last));
  }
}

} // namespace

void spawn_actors(caf::actor_system& system, const room_ptr& shared, recovered from) {
  const auto now = shared->clock.at(system.clock().now());
  for (auto& [number, queue] : from.queues)
    queue.core->renew_leases(now);
  auto core = std::make_shared<engine::arbiter>(shared->serials);
  restore_arbiter(*core, from, now);
  for (auto& [number, name] : from.names)
    shared->queues.restore(number, std::move(name));
  shared->timer = spawn_timer(system, shared);
  shared->arbiter = spawn_arbiter(system, shared, std::move(core));
  shared->directory = spawn_directory(system, shared);
  spawn_queues(system, shared, from);
  shared->journal.start();
}

void tell_snapshot_wanted(const room& shared, std::uint32_t queue) {
  send_to_owner(shared, queue, snapshot_wanted{});
}

void tell_piece_written(const room& shared, std::uint32_t queue, std::uint64_t piece) {
  send_to_owner(shared, queue, piece_written{piece});
}

void kill_actors(room& shared) {
  const auto kill = [](const auto& actor) { caf::anon_send_exit(actor, caf::exit_reason::kill); };
  for (const auto& queue : shared.queues.clear())
    kill(queue);
  kill(shared.directory);
  kill(shared.arbiter);
  kill(shared.timer);
  shared.directory = nullptr;
  shared.arbiter = nullptr;
  shared.timer = nullptr;
}

} // namespace rota::actors
