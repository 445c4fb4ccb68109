#include "tests/engine/arbiter/random_world.hpp"

#include <algorithm>
#include <utility>

namespace rota::engine::test {

namespace {

std::string type_name(int i) { return "type" + std::to_string(i); }
std::string tenant_name(int i) { return "tenant" + std::to_string(i); }
std::string key_name(int i) { return "key" + std::to_string(i); }

std::shared_ptr<model::referee> referee_for(const world_shape& shape) {
  std::vector<std::string> tenants;
  for (int i = 0; i < shape.tenants; ++i)
    tenants.push_back(tenant_name(i));
  const std::vector<double> weights(tenants.size(), 1.0);
  auto referee = std::make_shared<model::referee>(tenants, weights);
  referee->checks = true;
  referee->reserves = shape.reservations;
  referee->one_clock = !(shape.typed_asks || shape.slots || shape.linger || shape.changing ||
                         shape.shared_caps || shape.rates);
  return referee;
}

} // namespace

random_world::random_world(const world_shape& shape)
    : shape_(shape),
      random_(shape.seed),
      referee_(referee_for(shape)),
      arbiter_(serials_, referee_) {
  set_up();
}

void random_world::set_up() {
  randomize_pool();
  for (int i = 0; i < shape_.types; ++i)
    randomize_type(i);
  for (int i = 0; i < shape_.tenants; ++i)
    randomize_tenant(i);
  for (int i = 0; i < shape_.keys; ++i)
    randomize_key(i);
  std::uint32_t number = 0;
  for (int type = 0; type < shape_.types; ++type) {
    for (int tenant = 0; tenant < shape_.tenants; ++tenant) {
      queue q;
      q.number = {++number};
      q.type = type;
      q.tenant = tenant;
      arbiter_.open_queue(q.number, type_name(type), tenant_name(tenant));
      queues_.push_back(std::move(q));
    }
  }
}

double random_world::worst_b1t() const {
  return std::max(arbiter_.frames().worst_of_types().ratio,
                  arbiter_.frames().worst_of_classes().ratio);
}

// -- settings -------------------------------------------------------------------------------------

void random_world::randomize_type(int type) {
  type_settings s;
  if (shape_.shared_caps && chance(50))
    s.max_running = 1 + pick(4);
  if (shape_.own_caps && chance(30))
    s.max_running_per_tenant = 1 + pick(3);
  if (shape_.rates && chance(30))
    s.rate =
        rate_settings{5.0 + static_cast<double>(pick(200)), 1.0 + static_cast<double>(pick(4))};
  if (shape_.pauses && chance(5))
    s.paused = true;
  arbiter_.set_type(type_name(type), s, now_);
}

void random_world::randomize_tenant(int tenant) {
  tenant_settings s;
  if (shape_.weights)
    s.weight = micro{static_cast<std::int64_t>(1 + pick(6)) * micro::scale / 2};
  if (shape_.own_caps && chance(30))
    s.max_running = 1 + pick(4);
  if (shape_.pauses && chance(5))
    s.paused = true;
  arbiter_.set_tenant(tenant_name(tenant), s);
}

void random_world::randomize_pool() {
  pool_settings s;
  if (shape_.slots)
    s.slots = micro::of(static_cast<std::int64_t>(1 + pick(6)));
  s.reserve_after = shape_.reservations ? milliseconds{20} : milliseconds{1'000'000'000};
  arbiter_.set_pool(default_pool, s);
}

void random_world::randomize_key(int key) {
  if (chance(20)) {
    arbiter_.set_key(key_name(key), std::nullopt, now_);
    return;
  }
  key_settings s;
  if (shape_.shared_caps && chance(80))
    s.max_running = 1 + pick(2);
  if (shape_.rates && chance(30))
    s.rate =
        rate_settings{5.0 + static_cast<double>(pick(100)), 1.0 + static_cast<double>(pick(3))};
  arbiter_.set_key(key_name(key), s, now_);
}

void random_world::change_settings() {
  switch (pick(4)) {
  case 0: randomize_type(static_cast<int>(pick(shape_.types))); break;
  case 1: randomize_tenant(static_cast<int>(pick(shape_.tenants))); break;
  case 2: randomize_pool(); break;
  default: randomize_key(static_cast<int>(pick(shape_.keys))); break;
  }
}

// -- actions --------------------------------------------------------------------------------------

void random_world::push() {
  queue& q = queues_[pick(queues_.size())];
  lane_traits traits;
  if (shape_.keys > 0 && chance(30))
    traits.concurrency_key = key_name(static_cast<int>(pick(shape_.keys + 1)));
  if (shape_.slots && chance(30))
    traits.slots = micro{static_cast<std::int64_t>(1 + pick(5)) * micro::scale / 2};
  if (shape_.batches && q.type % 2 == 0)
    traits.batch_max = static_cast<std::uint32_t>(2 + q.type * 3);
  job_lane& to = lane_of(q.lanes, traits);
  const auto many = 1 + pick(shape_.batches ? 12 : 4);
  for (std::uint64_t i = 0; i < many; ++i) {
    const auto order = to_us(now_) + static_cast<std::int64_t>(pick(100));
    const auto cost = shape_.costs ? 1 + pick(q.tenant % 2 == 0 ? 3 : 9) : 1;
    to.jobs.push_back({order, micro::of(static_cast<std::int64_t>(cost))});
  }
  std::ranges::sort(to.jobs, {}, &upcoming_job::order);
  if (shape_.linger && traits.batch_max > 1)
    to.linger_until = now_ + milliseconds{pick(30)};
  to.changed = true;
  report(q);
}

void random_world::cancel() {
  queue& q = queues_[pick(queues_.size())];
  if (q.lanes.empty())
    return;
  job_lane& l = q.lanes[pick(q.lanes.size())];
  for (std::uint64_t n = 1 + pick(6); n > 0 && !l.jobs.empty(); --n) {
    l.jobs.erase(l.jobs.begin() + static_cast<std::ptrdiff_t>(pick(l.jobs.size())));
    l.changed = true;
  }
  if (!shape_.late_queues || chance(60))
    report(q);
}

void random_world::pause() {
  queue& q = queues_[pick(queues_.size())];
  q.paused = !q.paused && chance(40);
  arbiter_.pause(type_name(q.type), tenant_name(q.tenant), q.paused);
}

/// The queue reports its changed lanes, as of the grants that it has answered.
void random_world::report(queue& q) {
  queue_report report;
  report.grants_seen = q.seen;
  for (std::uint32_t n = 0; n < q.lanes.size(); ++n) {
    if (std::exchange(q.lanes[n].changed, false))
      report.lanes.push_back(q.lanes[n].report(n));
  }
  arbiter_.report(q.number, report, now_);
}

/// The queue answers its oldest grant.
void random_world::answer(queue& q) {
  const grant g = q.inbox.front();
  q.inbox.pop_front();
  ++q.seen;
  job_lane& l = q.lanes[g.lane.value];
  const auto [took, cost] = l.take(g.jobs);
  l.changed = true;
  const auto attempt = std::find_if(running_.begin(), running_.end(),
                                    [&](const running& r) { return r.attempt == g.attempt; });
  attempt->taken = true;
  if (took == 0)
    running_.erase(attempt);
  arbiter_.took(g.attempt, took, cost, now_);
  report(q);
}

void random_world::end_one() {
  std::vector<std::size_t> taken;
  for (std::size_t i = 0; i < running_.size(); ++i) {
    if (running_[i].taken)
      taken.push_back(i);
  }
  if (taken.empty())
    return;
  const std::size_t at = taken[pick(taken.size())];
  const running r = running_[at];
  running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(at));
  arbiter_.freed(r.attempt, now_ - r.at, now_);
  if (chance(5))
    arbiter_.freed(r.attempt, now_ - r.at, now_); // repeated, without effect
}

void random_world::make_ask() {
  ask what;
  what.id = {++next_ask_};
  if (shape_.typed_asks && chance(50)) {
    for (int t = 0; t < shape_.types; ++t) {
      if (chance(50))
        what.types.push_back(type_name(t));
    }
    if (what.types.empty())
      what.types.push_back(type_name(static_cast<int>(pick(shape_.types))));
  }
  what.leases = chance(75) ? 1 : 1 + static_cast<std::uint32_t>(pick(5));
  if (shape_.batches) {
    static constexpr std::uint32_t sizes[] = {1, 1, 2, 4, 20};
    what.max_jobs = sizes[pick(5)];
  }
  if (chance(30))
    what.wait_until = now_ + milliseconds{pick(50)};
  arbiter_.ask_for(what, now_);
}

void random_world::withdraw() {
  const auto open = arbiter_.open_asks();
  if (!open.empty() && chance(20))
    arbiter_.withdraw(open[pick(open.size())]);
}

void random_world::pass_time() { now_ += duration{static_cast<std::int64_t>(pick(8000))}; }

void random_world::step() {
  ++step_;
  const auto what = pick(100);
  if (what < 18)
    push();
  else if (what < 60)
    make_ask();
  else if (what < 80)
    end_one();
  else if (what < 88)
    pass_time();
  else if (what < 91 && shape_.changing)
    change_settings();
  else if (what < 94 && shape_.pauses)
    pause();
  else if (what < 97 && shape_.cancels)
    cancel();
  else
    withdraw();
  if (chance(10))
    arbiter_.tick(now_);
  for (queue& q : queues_) {
    while (!q.inbox.empty() && (!shape_.late_queues || chance(60)))
      answer(q);
  }
  finish_step();
}

void random_world::finish_step() {
  const auto effects = arbiter_.take_effects(now_);
  for (const grant& g : effects.grants) {
    running_.push_back({g.attempt, false, now_});
    queues_.at(g.queue.value - 1).inbox.push_back(g);
  }
  if (!referee_->violation.empty())
    throw broken_promise("step " + std::to_string(step_) + ", decision " +
                         std::to_string(decisions()) + ": " + referee_->violation);
}

} // namespace rota::engine::test
