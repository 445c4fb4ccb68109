#include "actors/queue/queue_map.hpp"

namespace rota::actors {

const queue_actor& queue_map::actor_of(engine::queue_number number) const {
  static const queue_actor none;
  return number.value < entries_.size() ? entries_[number.value].actor : none;
}

queue_map::entry& queue_map::grow_to(engine::queue_number number) {
  if (number.value >= entries_.size())
    entries_.resize(number.value + 1);
  return entries_[number.value];
}

void queue_map::index(engine::queue_number number, const name& queue) {
  by_name_.emplace(queue, number);
  by_type_[queue.type].insert(number);
  by_tenant_[queue.tenant].insert(number);
}

namespace {

/// Passes numbers above `after` from an ordered set to `take` until it returns false.
template <class Set, class Take>
void walk(const Set& numbers, engine::queue_number after, Take&& take) {
  for (auto i = numbers.upper_bound(after); i != numbers.end() && take(*i);)
    ++i;
}

} // namespace

std::vector<engine::queue_number>
queue_map::page(const queue_filter& filter, engine::queue_number after, std::size_t limit) const {
  const system::shared_lock held{mutex_};
  std::vector<engine::queue_number> out;
  const auto take = [&](engine::queue_number number) {
    out.push_back(number);
    return out.size() < limit;
  };
  if (limit == 0)
    return out;
  if (!filter.type.empty() && !filter.tenant.empty()) {
    const auto found = by_name_.find(name_view{filter.type, filter.tenant});
    if (found != by_name_.end() && found->second > after)
      take(found->second);
  } else if (!filter.type.empty()) {
    if (const auto found = by_type_.find(filter.type); found != by_type_.end())
      walk(found->second, after, take);
  } else if (!filter.tenant.empty()) {
    if (const auto found = by_tenant_.find(filter.tenant); found != by_tenant_.end())
      walk(found->second, after, take);
  } else {
    for (auto i = std::size_t{after.value} + 1; i < entries_.size() && out.size() < limit; ++i)
      if (!entries_[i].queue.type.empty())
        take({static_cast<std::uint32_t>(i)});
  }
  return out;
}

std::optional<queue_map::name> queue_map::name_of(engine::queue_number number) const {
  const system::shared_lock held{mutex_};
  if (number.value >= entries_.size() || entries_[number.value].queue.type.empty())
    return std::nullopt;
  return entries_[number.value].queue;
}

std::size_t queue_map::active() const {
  const system::shared_lock held{mutex_};
  return active_;
}

std::pair<engine::queue_number, bool> queue_map::number_for(const std::string& type,
                                                            const std::string& tenant) {
  const system::lock held{mutex_};
  if (const auto found = by_name_.find(name_view{type, tenant}); found != by_name_.end())
    return {found->second, false};
  const engine::queue_number number{
      static_cast<std::uint32_t>(std::max<std::size_t>(entries_.size(), 1))};
  grow_to(number).queue = {type, tenant};
  index(number, {type, tenant});
  return {number, true};
}

void queue_map::restore(engine::queue_number number, name queue) {
  const system::lock held{mutex_};
  auto& entry = grow_to(number);
  if (!entry.queue.type.empty())
    return;
  entry.queue = std::move(queue);
  index(number, entry.queue);
}

void queue_map::map(engine::queue_number number, queue_actor actor) {
  const system::lock held{mutex_};
  if (cleared_)
    return;
  auto& entry = grow_to(number);
  active_ += entry.actor ? 0 : 1;
  entry.actor = std::move(actor);
}

queue_actor queue_map::unmap(engine::queue_number number) {
  const system::lock held{mutex_};
  auto& entry = grow_to(number);
  active_ -= entry.actor ? 1 : 0;
  return std::exchange(entry.actor, {});
}

bool queue_map::mapped(engine::queue_number number) const {
  const system::shared_lock held{mutex_};
  return static_cast<bool>(actor_of(number));
}

std::vector<queue_actor> queue_map::clear() {
  const system::lock held{mutex_};
  std::vector<queue_actor> actors;
  for (auto& entry : entries_)
    if (entry.actor)
      actors.push_back(std::exchange(entry.actor, {}));
  active_ = 0;
  cleared_ = true;
  return actors;
}

} // namespace rota::actors
