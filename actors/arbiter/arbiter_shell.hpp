// ARBITER: chooses whose turn it is. One actor for all pools, so that limits on tenants and keys
// hold across them.
//
//   SESSION --turn_ask--> ARBITER --grant_orders--> QUEUE --lease_part--> SESSION
//                           ARBITER --ask_done--> SESSION
//   QUEUE --queue_added, queue_changed--> ARBITER
//   DIRECTORY --setting_changed, queue_pause_changed, drain_changed, queue_removed--> ARBITER
//   SESSION --delete_setting (of a key)--> ARBITER --the same, unless it is in use--> DIRECTORY
//   TIMER --wake--> ARBITER --wake_arbiter--> TIMER
//
// These are its message handlers, around any core with the functions of engine::arbiter. The daemon's
// core is engine::arbiter; simulations compare it with others.
#pragma once
#include "actors/interfaces.hpp"
#include "actors/runtime/audit_schedule.hpp"
#include "actors/runtime/shared_state.hpp"
#include "actors/runtime/traced_actor.hpp"
#include "engine/arbiter/arbiter.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace rota::actors {

/// The actor's part of an open ask; the engine keeps the rest.
struct open_ask {
  taker_part from;
  std::string worker;
  std::optional<engine::milliseconds> lease;
  bool starting = false;
  std::uint32_t grants = 0;
};

/// A census and its askers.
struct open_census {
  std::vector<part_of> askers;
  engine::census census;
  bool for_stats = false; ///< False: for arbiter_figures, with a single asker.
};

/// Spawn it with arbiter_shell<Core>::behave. The core already has all settings and, after a
/// restart, everything in flight.
template <class Core>
class arbiter_shell {
  struct state_type {
    shared_state_ptr shared;
    std::shared_ptr<Core> core;
    std::unordered_map<engine::queue_number, queue_actor> queues;
    std::unordered_map<std::uint64_t, open_ask> asks;
    std::uint64_t last_ask = 0;
    engine::time_point armed = engine::never;
    /// Scratch: the grants of one step by queue, in the order of their first grants.
    std::vector<std::pair<engine::queue_number, grant_orders>> orders;
    std::deque<open_census> censuses; ///< The first is in progress.
    self_audit audit;
    static constexpr const char* name = "arbiter";
  };

  using self_pointer = traced_pointer<arbiter_actor, state_type>;

  static grant_orders& orders_of(state_type& state, engine::queue_number queue) {
    auto& orders = state.orders;
    if (orders.empty() ||
        orders.back().first != queue) // a batch of grants often stays with one queue
      orders.emplace_back(queue, grant_orders{});
    return orders.back().second;
  }

  static void send_grants(self_pointer self, std::vector<engine::grant>& grants) {
    auto& state = self->state;
    for (auto& g : grants) {
      auto& ask = state.asks.at(g.ask.value);
      ++ask.grants;
      orders_of(state, g.queue)
          .grants.push_back(
              {ask.from, {g.attempt, g.lane, g.jobs, ask.worker, ask.starting, ask.lease, g.mark}});
    }
    for (auto& [queue, orders] : state.orders)
      self->send(state.queues.at(queue), std::move(orders));
    state.orders.clear();
  }

  static void answer_ask(self_pointer self, const open_ask& ask) {
    auto done = answer_to<ask_done>(ask.from);
    done.grants = ask.grants;
    self->send(ask.from.asker, std::move(done));
  }

  static void answer_asks(self_pointer self, const std::vector<engine::ask_closed>& closed) {
    auto& asks = self->state.asks;
    for (const auto& c : closed) {
      const auto ask = asks.find(c.ask.value);
      answer_ask(self, ask->second);
      asks.erase(ask);
    }
  }

  static void arm(self_pointer self) {
    auto& state = self->state;
    const auto wanted = std::min(state.core->next_wake(), state.audit.due());
    if (wanted >= state.armed)
      return;
    state.armed = wanted;
    self->send(state.shared->timer, wake_arbiter{arbiter_actor{self}, wanted});
  }

  static void schedule_audit(self_pointer self) {
    self->state.audit.changed(now_of(self), self->state.shared->limits.audit_every);
  }

  static void audit(self_pointer self) {
    auto& state = self->state;
    state.audit.run(
        state.shared->audits, *state.core, state.shared->limits.audit_every,
        [self] { return now_of(self); }, "the arbiter");
  }

  /// Ends every step: sends what was decided.
  static void finish_step(self_pointer self) {
    auto effects = self->state.core->take_effects(now_of(self));
    send_grants(self, effects.grants);
    answer_asks(self, effects.closed);
    arm(self);
  }

  static void on_queue_changed(self_pointer self, const queue_changed& changes) {
    auto& core = *self->state.core;
    const auto now = now_of(self);
    for (const auto& take : changes.takes)
      core.took(take.attempt, take.jobs, take.cost, now);
    for (const auto& freed : changes.freed)
      core.freed(freed.attempt, freed.ran, now);
    core.report(changes.number, changes.report, now);
    schedule_audit(self);
    finish_step(self);
  }

  static void on_ask(self_pointer self, turn_ask& wanted) {
    auto& state = self->state;
    const engine::ask_id id{++state.last_ask};
    wanted.what.id = id;
    state.asks.emplace(
        id.value, open_ask{wanted.from, std::move(wanted.worker), wanted.lease, wanted.starting});
    state.core->ask_for(std::move(wanted.what), now_of(self));
    finish_step(self);
  }

  static void on_withdraw(self_pointer self, const taker_actor& asker) {
    auto& state = self->state;
    std::erase_if(state.asks, [&](const auto& ask) {
      if (ask.second.from.asker != asker)
        return false;
      state.core->withdraw({ask.first});
      answer_ask(self, ask.second); // the session must learn which grants are still on their way
      return true;
    });
    finish_step(self);
  }

  template <class Settings>
  static Settings settings_in(const setting_changed& s) {
    return s.value ? std::get<Settings>(*s.value) : Settings{};
  }

  static void on_setting(self_pointer self, const setting_changed& s) {
    auto& core = *self->state.core;
    const auto now = now_of(self);
    switch (s.kind) {
    case setting_kind::type:
      core.set_type(s.name, settings_in<engine::type_settings>(s), now);
      break;
    case setting_kind::tenant:
      core.set_tenant(s.name, settings_in<engine::tenant_settings>(s));
      break;
    case setting_kind::key:
      core.set_key(s.name,
                   s.value ? std::optional{std::get<engine::key_settings>(*s.value)} : std::nullopt,
                   now);
      break;
    case setting_kind::pool:
    case setting_kind::executor: // a pool's settings depend on both
      core.set_pool(s.name, self->state.shared->board.read(
                                [&](const all_settings& all) { return pool_in(all, s.name); }));
      break;
    }
    schedule_audit(self);
    finish_step(self);
  }

  /// Maximum number of tenants in a pool's statistics.
  static constexpr std::size_t stats_tenants_max = 20;

  static std::vector<stats_reply::pool> statistics(const Core& core, engine::census& census) {
    std::vector<stats_reply::pool> pools;
    for (auto& view : core.pools()) {
      auto& pool = pools.emplace_back();
      for (auto& t : census.tenants[view.pool])
        pool.tenants.push_back({std::move(t.tenant), t.tag.value_or(view.time), t.served,
                                t.dispatches, t.in_flight, t.ready});
      pool.view = std::move(view);
    }
    return pools;
  }

  static void answer_stats(self_pointer self, open_census& done) {
    const auto pools = statistics(*self->state.core, done.census);
    for (const auto& part : done.askers)
      self->send(part.asker, answer_to(part, {}, pool_statistics{pools}));
  }

  static void answer_figures(self_pointer self, open_census& done) {
    const auto& part = done.askers.front();
    self->send(part.asker,
               answer_to(part, {},
                         arbiter_figures{std::move(done.census), self->state.core->pools(),
                                         self->mailbox().size()}));
  }

  /// Queues that a census counts between other messages.
  static constexpr std::size_t census_step_queues = 500;

  static void count_queues(self_pointer self) {
    auto& state = self->state;
    if (state.censuses.empty())
      return;
    auto& first = state.censuses.front();
    if (state.core->census_step(first.census, census_step_queues, now_of(self))) {
      if (first.for_stats)
        answer_stats(self, first);
      else
        answer_figures(self, first);
      state.censuses.pop_front();
    }
    if (!state.censuses.empty())
      self->send(arbiter_actor{self}, continue_census{});
  }

  /// Censuses run one after the other, a few queues at a time, so that no message waits for one.
  static void add_census(self_pointer self, open_census wanted) {
    auto& censuses = self->state.censuses;
    censuses.push_back(std::move(wanted));
    if (censuses.size() == 1)
      count_queues(self);
  }

  static void on_figures(self_pointer self, const figures_wanted& part) {
    add_census(self, {{part}, engine::census{part.tenants_max}, false});
  }

  /// Concurrent callers share the next census that has not started.
  static void on_stats(self_pointer self, const stats_wanted& part) {
    auto& censuses = self->state.censuses;
    if (censuses.size() > 1 && censuses.back().for_stats)
      censuses.back().askers.push_back(part);
    else
      add_census(self, {{part}, engine::census{stats_tenants_max}, true});
  }

  static void on_delete_key(self_pointer self, delete_setting& part) {
    auto& shared = *self->state.shared;
    if (!self->state.core->key_in_use(part.what.name))
      return self->send(shared.directory, std::move(part));
    self->send(part.asker, answer_to(part, shared.journal.appended(),
                                     reply{in_use("a job with the key is ready or running")}));
  }

  static void on_rank(self_pointer self, const rank_part& part) {
    ranked_job rank;
    const auto& core = *self->state.core;
    rank.global_position = core.global_position(part.queue, part.position);
    const auto now = now_of(self);
    rank.why = core.explain(part.queue, part.lane, part.position, now);
    if (rank.global_position)
      rank.start = core.estimate(part.queue, part.lane, part.position, *rank.global_position, now);
    self->send(part.asker, answer_to(part, {}, std::move(rank)));
  }

public:
  static arbiter_actor::behavior_type behave(self_pointer self, const shared_state_ptr& shared,
                                             std::shared_ptr<Core> core) {
    self->state.shared = shared;
    self->state.core = std::move(core);
    return {
        [=](const queue_added& q) {
          self->state.queues[q.number] = q.queue;
          self->state.core->open_queue(q.number, q.type, q.tenant);
        },
        [=](const queue_changed& changes) { on_queue_changed(self, changes); },
        [=](const queue_removed& q) {
          auto& state = self->state;
          state.core->close_queue(q.number);
          self->send(state.queues.at(q.number), retire_now{});
          state.queues.erase(q.number);
        },
        [=](turn_ask& ask) { on_ask(self, ask); },
        [=](const withdraw_asks& w) { on_withdraw(self, w.asker); },
        [=](const rank_part& part) { on_rank(self, part); },
        [=](const setting_changed& s) { on_setting(self, s); },
        [=](const queue_pause_changed& p) {
          self->state.core->pause(p.type, p.tenant, p.on);
          finish_step(self);
        },
        [=](const drain_changed& d) {
          self->state.core->drain(d.on);
          finish_step(self);
        },
        [=](const stats_wanted& part) { on_stats(self, part); },
        [=](const figures_wanted& part) { on_figures(self, part); },
        [=](continue_census) { count_queues(self); },
        [=](delete_setting& part) { on_delete_key(self, part); },
        [=](wake) {
          self->state.armed = engine::never;
          self->state.core->tick(now_of(self));
          audit(self);
          finish_step(self);
        },
    };
  }
};

} // namespace rota::actors
