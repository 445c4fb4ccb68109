#include "engine/arbiter/arbiter_impl.hpp"

#include <algorithm>

namespace rota::engine {

// -- names ----------------------------------------------------------------------------------------

pool_state& arbiter::impl::pool_named(const std::string& name) {
  bool made = false;
  return pools.get(name, made);
}

type_state& arbiter::impl::type_named(const std::string& name) {
  bool made = false;
  type_state& type = types.get(name, made);
  if (made)
    type.pool = &pool_named(pool_of(type.settings));
  return type;
}

tenant_state& arbiter::impl::tenant_named(const std::string& name) {
  bool made = false;
  return tenants.get(name, made);
}

key_state& arbiter::impl::key_named(const std::string& name) {
  bool made = false;
  return keys.get(name, made);
}

queue_state* arbiter::impl::queue_at(queue_number number) const {
  const auto found = queues.find(number.value);
  return found == queues.end() ? nullptr : found->second.get();
}

member_state* arbiter::impl::find_member(const pool_state& pool, const tenant_state& tenant) const {
  for (const auto& member : tenant.members) {
    if (member->pool == &pool)
      return member.get();
  }
  return nullptr;
}

member_state& arbiter::impl::member_of(pool_state& pool, tenant_state& tenant) {
  if (member_state* known = find_member(pool, tenant))
    return *known;
  auto member = std::make_unique<member_state>();
  member->name = &tenant.name;
  member->weight = tenant.settings.weight;
  member->tenant = &tenant;
  member->pool = &pool;
  pool.share.add_away(*member);
  tenant.members.push_back(std::move(member));
  return *tenant.members.back();
}

/// Whom V has caught up with and who has neither queue nor attempt is like a newcomer: not worth
/// its memory. (While it has a queue it is remembered when it was served last.)
void arbiter::impl::forget_members(pool_state& pool) {
  while (share_member* out = pool.share.take_forgettable()) {
    auto& member = static_cast<member_state&>(*out);
    if (member.tenant->queues.empty() && flying.of_share(pool.id, member.tenant->id) == 0)
      drop_member(member);
  }
}

/// After its last queue or attempt ended: V may have passed it already.
void arbiter::impl::list_away(tenant_state& tenant) {
  if (!tenant.queues.empty())
    return;
  const std::string name = tenant.name; // it may be gone after the first
  for (pool_state* pool : pools.all()) {
    tenant_state* still = tenants.find(name);
    member_state* member =
        pool == nullptr || still == nullptr ? nullptr : find_member(*pool, *still);
    if (member == nullptr)
      continue;
    if (member->away_place == no_place)
      pool->share.add_away(*member);
    forget_members(*pool);
  }
  if (tenant_state* still = tenants.find(name))
    forget_if_unused(*still);
}

void arbiter::impl::drop_member(member_state& member) {
  tenant_state& tenant = *member.tenant;
  member.pool->share.remove_away(member);
  member.pool->monitor.forget(member);
  for (queue_state* queue : tenant.queues) {
    for (const auto& seat : queue->seats) {
      if (seat->member == &member)
        seat->member = nullptr;
    }
  }
  std::erase_if(tenant.members, [&](const auto& m) { return m.get() == &member; });
  forget_if_unused(tenant);
}

void arbiter::impl::forget_if_unused(type_state& type) {
  if (!type.put && type.queues.empty() && type.patterns.empty() && type.paused_tenants.empty() &&
      !type.dirty && type.wake == never && flying.of_type(type.id) == 0)
    types.drop(type);
}

void arbiter::impl::forget_if_unused(tenant_state& tenant) {
  if (tenant.queues.empty() && tenant.members.empty() && tenant.settings == tenant_settings{} &&
      flying.of_tenant(tenant.id) == 0)
    tenants.drop(tenant);
}

void arbiter::impl::forget_if_unused(key_state& key) {
  if (key.lanes.empty() && !key.settings && key.wake == never && flying.of_key(key.id) == 0)
    keys.drop(key);
}

// -- the interface --------------------------------------------------------------------------------

arbiter::arbiter(serial_source& serials) : impl_(std::make_unique<impl>(serials)) {}
arbiter::~arbiter() = default;

void arbiter::set_type(const std::string& type, const type_settings& settings, time_point now) {
  impl_->set_type(type, settings, now);
}
void arbiter::set_tenant(const std::string& tenant, const tenant_settings& settings,
                         time_point now) {
  impl_->set_tenant(tenant, settings, now);
}
void arbiter::set_pool(const std::string& pool, const pool_settings& settings, time_point) {
  impl_->set_pool(pool, settings);
}
void arbiter::set_key(const std::string& key, const std::optional<key_settings>& settings,
                      time_point now) {
  impl_->set_key(key, settings, now);
}
void arbiter::pause(const std::string& type, const std::string& tenant, bool on, time_point now) {
  impl_->pause(type, tenant, on, now);
}
void arbiter::drain(bool on, time_point) { impl_->drain(on); }

void arbiter::open_queue(queue_number queue, const std::string& type, const std::string& tenant) {
  impl_->open_queue(queue, type, tenant);
}
void arbiter::close_queue(queue_number queue) { impl_->close_queue(queue); }
void arbiter::report(queue_number queue, const queue_report& report, time_point now) {
  if (queue_state* known = impl_->queue_at(queue))
    impl_->report(*known, report, now);
}
void arbiter::took(queue_number, serial attempt, std::uint32_t jobs, micro cost, time_point now) {
  impl_->took(attempt, jobs, cost, now);
}
void arbiter::freed(serial attempt, duration ran, time_point now) {
  impl_->freed(attempt, ran, now);
}

void arbiter::ask_for(ask what, time_point now) { impl_->ask_for(std::move(what), now); }
void arbiter::withdraw(ask_id id) { impl_->withdraw(id); }

void arbiter::tick(time_point now) { impl_->tick(now); }
time_point arbiter::next_wake() const { return impl_->next_wake(); }
arbiter_effects arbiter::take_effects(time_point now) { return impl_->take_effects(now); }

void arbiter::restore_attempt(queue_number queue, serial attempt, const lane_traits& traits,
                              std::uint32_t jobs, micro cost, time_point taken) {
  const queue_state* known = impl_->queue_at(queue);
  if (known == nullptr)
    return;
  attempt_load load;
  load.queue = queue;
  load.pool = known->type->pool->id;
  load.type = known->type->id;
  load.tenant = known->tenant->id;
  if (!traits.concurrency_key.empty())
    load.key = impl_->key_named(traits.concurrency_key).id;
  load.slots = traits.slots;
  load.charged = cost;
  load.jobs = jobs;
  load.taken = true;
  load.estimated = known->type->pool->settings.cost == cost_unit::runtime;
  if (impl_->flying.insert(attempt, load))
    impl_->refresh_limits_of(load, taken);
}

void arbiter::restore_share(const std::string& pool, const std::string& tenant, virtual_time tag,
                            virtual_time pool_time) {
  pool_state& in = impl_->pool_named(pool);
  in.share.restore_time(pool_time);
  if (!tenant.empty())
    in.share.restore_tag(impl_->member_of(in, impl_->tenant_named(tenant)), tag);
}

void arbiter::restore_type_rate(const std::string& type, time_point arrival) {
  type_state& of = impl_->type_named(type);
  of.bucket.restore(arrival);
  impl_->refresh(of, time_point::min());
}

void arbiter::restore_key_rate(const std::string& key, time_point arrival) {
  key_state& of = impl_->key_named(key);
  of.bucket.restore(arrival);
  impl_->refresh(of, time_point::min());
}

explanation arbiter::explain(queue_number queue, lane_number lane, std::size_t position,
                             time_point now) const {
  return impl_->explain(queue, lane, position, now);
}
std::optional<std::size_t> arbiter::global_position(queue_number queue,
                                                    std::size_t position) const {
  return impl_->global_position(queue, position);
}
std::optional<start_estimate> arbiter::estimate(queue_number queue, lane_number lane,
                                                std::size_t position, std::size_t global_position,
                                                time_point now) const {
  return impl_->estimate(queue, lane, position, global_position, now);
}

bool arbiter::census_step(census& c, std::size_t queues_max, time_point now) const {
  return impl_->census_step(c, queues_max, now);
}

std::vector<pool_view> arbiter::pools() const {
  std::vector<pool_view> views;
  for (const pool_state* pool : impl_->pools.all()) {
    if (pool == nullptr)
      continue;
    views.push_back({pool->name, pool->share.time(), impl_->flying.slots_of_pool(pool->id),
                     pool->settings.slots, pool->dispatches, impl_->asks.waiting_in(pool->id),
                     pool->monitor.worst()});
  }
  std::sort(views.begin(), views.end(),
            [](const pool_view& a, const pool_view& b) { return a.pool < b.pool; });
  return views;
}

std::vector<tenant_share> arbiter::shares(const std::string& pool) const {
  std::vector<tenant_share> shares;
  const pool_state* in = impl_->pools.find(pool);
  if (in == nullptr)
    return shares;
  for (const tenant_state* tenant : impl_->tenants.all()) {
    const member_state* m = tenant == nullptr ? nullptr : impl_->find_member(*in, *tenant);
    if (m == nullptr)
      continue;
    shares.push_back({tenant->name, in->share.tag(*m), m->served_cost, m->dispatches,
                      impl_->flying.of_share(in->id, tenant->id), impl_->ready_of(*in, *tenant)});
  }
  std::sort(shares.begin(), shares.end(),
            [](const tenant_share& a, const tenant_share& b) { return a.tenant < b.tenant; });
  return shares;
}

std::uint32_t arbiter::running_of_type(const std::string& type) const {
  const type_state* known = impl_->types.find(type);
  return known == nullptr ? 0 : impl_->flying.of_type(known->id);
}
std::uint32_t arbiter::running_of_tenant(const std::string& tenant) const {
  const tenant_state* known = impl_->tenants.find(tenant);
  return known == nullptr ? 0 : impl_->flying.of_tenant(known->id);
}
std::uint32_t arbiter::running_of_key(const std::string& key) const {
  const key_state* known = impl_->keys.find(key);
  return known == nullptr ? 0 : impl_->flying.of_key(known->id);
}

bool arbiter::key_in_use(const std::string& key) const {
  const key_state* known = impl_->keys.find(key);
  return known != nullptr && known->settings &&
         (!known->lanes.empty() || impl_->flying.of_key(known->id) > 0);
}

std::optional<micro> arbiter::slots_of_pool_of(const std::string& type) const {
  const type_state* known = impl_->types.find(type);
  const pool_state* pool = known != nullptr ? known->pool : impl_->pools.find(default_pool);
  return pool == nullptr ? std::nullopt : pool->settings.slots;
}

std::vector<arbiter::share_row> arbiter::share_rows() const {
  std::vector<share_row> rows;
  for (const pool_state* pool : impl_->pools.all()) {
    if (pool == nullptr)
      continue;
    rows.push_back({pool->name, "", pool->share.time()});
    for (const tenant_state* tenant : impl_->tenants.all()) {
      const member_state* m = tenant == nullptr ? nullptr : impl_->find_member(*pool, *tenant);
      if (m != nullptr && pool->share.tag(*m) > pool->share.time())
        rows.push_back({pool->name, tenant->name, pool->share.tag(*m)});
    }
  }
  return rows;
}

std::optional<std::string> arbiter::audit() const { return impl_->audit(); }

} // namespace rota::engine
