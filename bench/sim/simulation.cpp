#include "bench/sim/simulation.hpp"

#include "actors/arbiter/arbiter_shell.hpp"
#include "actors/arbiter/restore_arbiter.hpp"
#include "bench/sim/attempt_plan.hpp"
#include "bench/sim/policies/policy_arbiter.hpp"
#include "tests/model/watched_arbiter.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

namespace rota::bench {
namespace {

/// Samples of fairness over time.
constexpr std::size_t samples_max = 200;
/// A crash happens after at most this many of the messages that are due at the time.
constexpr std::uint64_t crash_messages_max = 60;
/// Separates the random stream of faults from the others.
constexpr std::uint64_t fault_stream = std::uint64_t{3} << 32;

bool has_restarts(const workload& work) {
  return std::any_of(work.faults.begin(), work.faults.end(),
                     [](const sim_fault& fault) { return fault.kind == fault_kind::restart; });
}

executors::simulated_faults all_calls_fail() {
  constexpr auto always = std::numeric_limits<std::size_t>::max();
  return {.starts_fail = always, .lists_fail = always, .fences_fail = always, .results_fail = {}};
}

} // namespace

simulation::simulation(const workload& work, const simulation_options& options)
    : work_(work),
      options_(options),
      record_(work, begin),
      referee_(std::make_shared<model::referee>(work.tenants, weights_of(work))),
      chance_(options.seed, fault_stream),
      ends_of_(work.types.size()),
      store_(has_restarts(work)),
      backend_(std::make_shared<executors::simulated_executor>(
          [this] { return now(); },
          [this](const executors::start_order& order) { return plan(order); })),
      client_(work, begin, record_, has_restarts(work), options.explain_each) {
  referee_->checks = options.checks;
  referee_->reserves = std::any_of(work.jobs.begin(), work.jobs.end(), [&](const sim_job& job) {
    return job.slots != work.jobs.front().slots;
  });
  start_runtime(begin);
}

void simulation::start_runtime(engine::time_point at) {
  actors::virtual_runtime_options o;
  o.from = store_.start(at);
  o.from.settings = work_.settings; // Settings are not put by requests here.
  o.begin = at;
  o.limits.round_interval_min = options_.poll_interval_min;
  o.limits.round_interval_max = options_.poll_interval_max;
  o.make_arbiter = arbiter_for_policy();
  o.make_backend = [this](const std::string&, const engine::executor_settings&) {
    return actors::executor_backend{backend_, std::make_shared<actors::backend_calls>(0),
                                    std::make_shared<actors::backend_calls>(0)};
  };
  stopped_at_ = at;
  runtime_ = std::make_unique<actors::virtual_runtime>(store_.get(), std::move(o));
  client_.connect(*runtime_);
}

actors::arbiter_maker simulation::arbiter_for_policy() const {
  const auto spawn = [](auto core, caf::actor_system& system,
                        const actors::shared_state_ptr& shared,
                        const actors::recovered& from) -> actors::arbiter_actor {
    using shell = actors::arbiter_shell<typename decltype(core)::element_type>;
    actors::restore_arbiter(*core, from, shared->clock.at(system.clock().now()));
    return system.spawn(shell::behave, shared, std::move(core));
  };
  return [spawn, kind = options_.policy,
          watching = referee_](caf::actor_system& system, const actors::shared_state_ptr& shared,
                               const actors::recovered& from) {
    if (kind == policy_kind::fair)
      return spawn(
          std::make_shared<model::watched_arbiter>(shared->serials, watching, simulated_pool),
          system, shared, from);
    return spawn(std::make_shared<policy_arbiter>(shared->serials, make_policy(kind), watching),
                 system, shared, from);
  };
}

executors::simulated_run simulation::plan(const executors::start_order& order) {
  const auto jobs = jobs_of(order);
  auto& ends = ends_of_[work_.jobs.at(jobs.front()).type];
  ends.erase(ends.begin(), ends.upper_bound(now()));
  auto run = plan_attempt(work_, options_.seed, order, ends.size());
  auto lasts = std::min(run.runs, run.lost_after.value_or(run.runs));
  if (order.timeout)
    lasts = std::min<engine::duration>(lasts, *order.timeout);
  ends.insert(now() + lasts);
  record_.ran(jobs, now(), now() + lasts);
  return run;
}

// -- faults ---------------------------------------------------------------------------------------

void simulation::apply_faults() {
  if (stalled_until_ <= now()) {
    backend_->set_faults({});
    stalled_until_ = engine::never;
  }
  while (next_fault_ < work_.faults.size() && begin + work_.faults[next_fault_].at <= now())
    apply(work_.faults[next_fault_++]);
}

void simulation::apply(const sim_fault& fault) {
  switch (fault.kind) {
  case fault_kind::restart: restart(fault); break;
  case fault_kind::stall:
    backend_->set_faults(all_calls_fail());
    stalled_until_ = now() + fault.lasts;
    break;
  case fault_kind::lost_starts: {
    auto faults = backend_->faults();
    faults.starts_lost += fault.count;
    backend_->set_faults(std::move(faults));
    break;
  }
  case fault_kind::deaths: pick_running(fault.count, &executors::simulated_executor::lose); break;
  case fault_kind::forgotten:
    pick_running(fault.count, &executors::simulated_executor::forget);
    break;
  }
}

void simulation::pick_running(std::size_t count,
                              void (executors::simulated_executor::*what)(const std::string&)) {
  auto running = backend_->running();
  for (; count > 0 && !running.empty(); --count) {
    const auto victim =
        running.begin() + static_cast<std::ptrdiff_t>(chance_.below(running.size()));
    (*backend_.*what)(*victim);
    running.erase(victim);
  }
}

/// The executor keeps running its attempts. A crash interrupts the daemon between two messages.
void simulation::restart(const sim_fault& fault) {
  client_.push_due(now());
  if (fault.crash) {
    runtime_->run_messages(chance_.below(crash_messages_max));
    store_.crash();
    client_.take_answers(now(), runtime_->journal().durable());
    runtime_->crash();
  } else {
    runtime_->run();
    client_.take_answers(now(), runtime_->journal().durable());
  }
  const auto restarted_at = now() + std::max(fault.lasts, engine::duration{1});
  backend_->on_hint({});
  client_.disconnect();
  runtime_.reset();
  stopped_at_ = restarted_at;
  referee_->fairness.restarted();
  store_.reopen();
  start_runtime(restarted_at);
  if (const auto lost = client_.lost_jobs(*runtime_); lost > 0)
    referee_->report_violation(std::to_string(lost) +
                               " acknowledged jobs are lost after a restart");
}

// -- time -----------------------------------------------------------------------------------------

engine::time_point simulation::next_event() {
  auto next =
      std::min({runtime_->next_timer(), backend_->next_end(), client_.next_push(), stalled_until_});
  if (next_fault_ < work_.faults.size())
    next = std::min(next, begin + work_.faults[next_fault_].at);
  return next;
}

void simulation::check() {
  const auto seen = backend_->seen();
  if (seen.twice > 0)
    referee_->report_violation("an attempt was begun twice under one name");
  if (!referee_->reserves && !work_.jobs.empty() &&
      static_cast<double>(seen.running) * work_.jobs.front().slots.as_double() > slots_of(work_))
    referee_->report_violation("more runs than there are slots");
  if (!record_.violation().empty())
    referee_->report_violation(record_.violation());
}

/// A sample examines all pairs of tenants, so they are limited in number.
void simulation::sample() {
  if (record_.ended() < next_sample_)
    return;
  record_.sample(now(), referee_->fairness.worst());
  next_sample_ = record_.ended() + std::max<std::size_t>(1, work_.jobs.size() / samples_max);
}

bool simulation::step() {
  apply_faults();
  client_.push_due(now());
  backend_->send_hints();
  runtime_->run();
  client_.take_answers(now(), runtime_->journal().durable());
  if (options_.checks)
    check();
  if (!referee_->violation.empty())
    throw std::runtime_error(referee_->violation);
  sample();
  if (record_.ended() == work_.jobs.size())
    return false;
  const auto next = next_event();
  if (next == engine::never)
    throw std::runtime_error(std::to_string(work_.jobs.size() - record_.ended()) +
                             " jobs are left, but no event is due: their types or tenants may be "
                             "paused");
  // An event that is due now was caused by this step. A timer that is due now fires 1 us later, so
  // that time advances.
  if (next > now())
    runtime_->advance(next - now());
  else if (runtime_->next_timer() <= now())
    runtime_->advance(engine::duration{1});
  return true;
}

sim_result simulation::result() const {
  return record_.result(std::string{to_text(options_.policy)}, referee_->fairness.worst());
}

} // namespace rota::bench
