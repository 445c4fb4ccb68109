#include "tests/executors/attempt_world.hpp"

#include <algorithm>

namespace rota::tests {

using namespace engine;
using namespace executors;

attempt_world::totals& attempt_world::totals::operator+=(const totals& more) {
  starts += more.starts;
  ended += more.ended;
  lost += more.lost;
  refused += more.refused;
  released += more.released;
  terms += more.terms;
  kills += more.kills;
  orphans_removed += more.orphans_removed;
  crashes += more.crashes;
  adopted += more.adopted;
  most_starting = std::max(most_starting, more.most_starting);
  return *this;
}

attempt_world::attempt_world(const world_shape& shape) : shape_(shape), random_(shape.seed) {
  begin_life();
}

// -- the daemon's lives ---------------------------------------------------------------------------

void attempt_world::begin_life() {
  ++life_;
  starts_ = std::make_unique<start_machine>();
  watches_ = std::make_unique<watch_machine>(watch_limits{});
  for (const auto& [id, r] : records_) {
    if (r.end.value > 0)
      continue;
    ++totals_.adopted;
    auto& known = known_[id];
    if (r.started.value == 0) {
      known.in_hand = true;
      starting_.insert(id);
      starts_->adopt(id, r.jobs, r.cancel.value > 0);
      continue;
    }
    known.watched = true;
    watch_order order{id, {}, r.started_at, r.timeout, milliseconds{2000}, r.cancel.value > 0};
    order.jobs.resize(r.jobs);
    watches_->watch(order, now_);
  }
  watches_->start_round();
  perform();
  messages_.push_back([this] { starts_->slots_known(); });
}

/// Drops records that are not durable. Calls in flight may still reach the backend later.
void attempt_world::crash() {
  ++totals_.crashes;
  std::erase_if(records_, [&](const auto& r) { return r.second.intent > durable_; });
  for (auto& [id, r] : records_)
    for (auto* fact : {&r.started, &r.cancel, &r.end})
      if (*fact > durable_)
        *fact = {};
  last_ = durable_;
  known_.clear();
  strangers_.clear();
  starting_.clear();
  messages_.clear();
  from_queues_.clear();
  to_watcher_.clear();
  waits_.clear();
  ask_.reset();
  grants_on_way_ = 0;
  rounds_ = 0;
  dismissed_ = false;
  begin_life();
}

// -- events ---------------------------------------------------------------------------------------

attempt_world::record* attempt_world::find(attempt_id id) {
  const auto found = records_.find(id);
  return found == records_.end() ? nullptr : &found->second;
}

attempt_world::record* attempt_world::find(const std::string& name) {
  const auto id = attempt_id_from(name);
  return id ? find(*id) : nullptr;
}

std::vector<attempt_id> attempt_world::living() const {
  std::vector<attempt_id> found;
  for (const auto& [id, r] : records_)
    if (r.end.value == 0)
      found.push_back(id);
  return found;
}

std::size_t attempt_world::in_hand() const {
  return static_cast<std::size_t>(
      std::count_if(known_.begin(), known_.end(), [](const auto& k) { return k.second.in_hand; }));
}

/// Grants a turn of the open ask. Its jobs may have been cancelled.
void attempt_world::grant() {
  if (!ask_ || *ask_ == 0 || living().size() >= static_cast<std::size_t>(shape_.slots))
    return;
  --*ask_;
  ++ask_grants_;
  ++grants_on_way_;
  if (!calm_ && chance(5)) {
    from_queues_.push_back([this] {
      --grants_on_way_;
      starts_->not_granted();
    });
    return;
  }
  const attempt_id id{{1}, {++next_serial_}};
  auto& r = records_[id];
  r.intent = next_position();
  r.jobs = 1 + pick(3);
  if (shape_.timeouts && chance(30))
    r.timeout = milliseconds{500 + pick(4'000)};
  from_queues_.push_back([this, id, jobs = r.jobs, intent = r.intent] {
    --grants_on_way_;
    known_[id].in_hand = true;
    starting_.insert(id);
    starts_->granted(id, jobs, intent);
  });
}

/// Closes the ask, before or after its turns have arrived.
void attempt_world::close_ask() {
  messages_.push_back([this, grants = ask_grants_] { starts_->ask_closed(grants, now_); });
  ask_.reset();
}

void attempt_world::cancel_one() {
  const auto all = living();
  if (all.empty())
    return;
  const auto id = all[pick(all.size())];
  auto& r = records_.at(id);
  if (r.cancel.value > 0)
    return;
  r.cancel = next_position();
  from_queues_.push_back([this, id, cancel = r.cancel] { starts_->cancel(id, cancel); });
}

void attempt_world::commit() {
  if (durable_ == last_)
    return;
  durable_.value += calm_ ? last_.value - durable_.value : 1 + pick(last_.value - durable_.value);
  std::erase_if(waits_, [&](const auto& wait) {
    if (wait.second > durable_)
      return false;
    messages_.push_back([this, by_starter = wait.first, reached = durable_] {
      by_starter ? starts_->durable(reached) : watches_->durable(reached);
    });
    return true;
  });
}

void attempt_world::hint() {
  std::vector<std::string> over;
  for (const auto& [name, r] : runs_)
    if (ended(r))
      over.push_back(name);
  if (over.empty())
    return;
  const auto name = chance(20) ? std::string{} : over[pick(over.size())];
  messages_.push_back([this, name] { watches_->hinted(name, starting_); });
}

void attempt_world::vanish_one() {
  if (runs_.empty())
    return;
  const auto which = std::next(runs_.begin(), static_cast<std::ptrdiff_t>(pick(runs_.size())));
  const auto* r = find(which->first);
  if (r == nullptr || r->end.value > 0)
    return;
  really_gone_.insert(which->first);
  if (chance(50))
    which->second.lost = true;
  else
    runs_.erase(which);
}

void attempt_world::add_stranger() {
  run made;
  made.started = now_;
  made.ends = now_ + milliseconds{pick(200'000)};
  const auto name = to_text(attempt_id{{2}, {++next_serial_}});
  ever_ran_.insert(name);
  runs_.emplace(name, made);
}

void attempt_world::pass_time(milliseconds by) {
  now_ += by;
  if (starts_->next_wake() <= now_)
    starts_->tick(now_);
  if (watches_->next_wake() <= now_)
    watches_->tick(now_);
  perform();
}

/// Delivers a message, or makes a call at the backend. Returns false if there is none.
bool attempt_world::deliver_one() {
  const auto fifo = static_cast<std::size_t>(!from_queues_.empty()) +
                    static_cast<std::size_t>(!to_watcher_.empty());
  const auto all = messages_.size() + calls_.size() + fifo;
  if (all == 0)
    return false;
  std::function<void()> next;
  const auto take_any = [&](auto& from, std::size_t at) {
    next = std::move(from[at]);
    from[at] = std::move(from.back());
    from.pop_back();
  };
  const auto take_first = [&](auto& from) {
    next = std::move(from.front());
    from.pop_front();
  };
  const auto at = pick(all);
  const bool is_call = at >= messages_.size() && at < messages_.size() + calls_.size();
  if (is_call && !calm_ && chance(shape_.slow_percent))
    return true;
  if (at < messages_.size())
    take_any(messages_, at);
  else if (is_call)
    take_any(calls_, at - messages_.size());
  else if (!from_queues_.empty() && (to_watcher_.empty() || at + 1 < all))
    take_first(from_queues_);
  else
    take_first(to_watcher_);
  next();
  perform();
  return true;
}

void attempt_world::step() {
  const auto what = pick(100);
  if (what < 55)
    deliver_one();
  else if (what < 67)
    grant();
  else if (what < 70 && ask_ && (ask_grants_ > 0 || chance(10)))
    close_ask();
  else if (what < 80)
    commit();
  else if (what < 91)
    pass_time(milliseconds{pick(chance(3) ? 30'000 : 400)});
  else if (what < 93)
    hint();
  else if (what < 96 && shape_.cancels)
    cancel_one();
  else if (what < 97 && shape_.vanishing)
    vanish_one();
  else if (what < 98 && shape_.strangers && chance(20))
    add_stranger();
  else if (what < 99 && shape_.crashes && chance(30))
    crash();
  else if (shape_.dismissals && !dismissed_ && chance(3)) {
    starts_->dismiss();
    dismissed_ = true;
    perform();
  }
}

// -- the end --------------------------------------------------------------------------------------

void attempt_world::deliver_all() {
  do
    commit();
  while (deliver_one() || durable_ < last_);
}

bool attempt_world::all_is_quiet() const {
  return living().empty() && runs_.empty() && starts_->next_wake() == never &&
         watches_->next_wake() == never;
}

time_point attempt_world::next_event() const {
  auto at = std::min(starts_->next_wake(), watches_->next_wake());
  for (const auto& [name, r] : runs_)
    if (r.ends > now_)
      at = std::min(at, r.ends);
  return at;
}

void attempt_world::grant_again() {
  require(ask_ && ++grants_again_ < 5, "nothing more happens, and not everything has ended");
  if (*ask_ == 0)
    close_ask();
  else
    grant();
}

void attempt_world::settle_down() {
  calm_ = true;
  calm_since_ = now_;
  if (dismissed_ || chance(30))
    crash();
  constexpr int steps_max = 20'000;
  for (int i = 0; i < steps_max; ++i) {
    deliver_all();
    if (all_is_quiet())
      break;
    const auto next = next_event();
    if (next != never)
      pass_time(std::chrono::ceil<milliseconds>(std::max<duration>(next - now_, duration{0})));
    else
      grant_again(); // while something is watched, there are rounds, which find what is left
  }
  require(all_is_quiet(), "it does not end");
  require(starting_.empty() && watches_->figures().running == 0 &&
              starts_->figures().starting == 0 && watches_->figures().orphans == 0,
          "a machine still has what has ended");
  require(ask_.has_value(), "no turns are asked for any more");
}

} // namespace rota::tests
