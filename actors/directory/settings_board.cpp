#include "actors/directory/settings_board.hpp"

namespace rota::actors {
namespace {

template <class Settings>
Settings value_or_default(const setting_map<Settings>& map, const std::string& name) {
  const auto found = map.find(name);
  return found == map.end() ? Settings{} : found->second;
}

} // namespace

engine::pool_settings pool_in(const all_settings& all, const std::string& name) {
  auto pool = value_or_default(all.pools, name);
  const auto own = value_or_default(all.executors, name).slots;
  if (own && (!pool.slots || *own < *pool.slots))
    pool.slots = own;
  if (const auto reported = all.backend_slots.find(name);
      !pool.slots && reported != all.backend_slots.end())
    pool.slots = reported->second;
  return pool;
}

engine::type_settings settings_board::type(const std::string& name) const {
  return read([&](const all_settings& all) { return value_or_default(all.types, name); });
}

engine::tenant_settings settings_board::tenant(const std::string& name) const {
  return read([&](const all_settings& all) { return value_or_default(all.tenants, name); });
}

std::optional<engine::batch_settings> settings_board::batching_of(const std::string& type) const {
  return read([&](const all_settings& all) -> std::optional<engine::batch_settings> {
    const auto found = all.types.find(type);
    return found == all.types.end() ? std::nullopt : found->second.batch;
  });
}

std::optional<std::uint32_t> settings_board::max_queued_of(const std::string& tenant) const {
  return read([&](const all_settings& all) -> std::optional<std::uint32_t> {
    const auto found = all.tenants.find(tenant);
    return found == all.tenants.end() ? std::nullopt : found->second.max_queued;
  });
}

std::optional<engine::micro> settings_board::slots_for(const std::string& type) const {
  return read([&](const all_settings& all) {
    const auto found = all.types.find(type);
    return pool_in(all, found == all.types.end() ? std::string{engine::default_pool}
                                                 : pool_of(found->second))
        .slots;
  });
}

bool settings_board::paused(const std::string& type, const std::string& tenant) const {
  return read([&](const all_settings& all) {
    return value_or_default(all.types, type).paused ||
           value_or_default(all.tenants, tenant).paused ||
           all.paused_queues.contains({type, tenant});
  });
}

} // namespace rota::actors
