// All current settings, readable by any thread without a message to the directory.
#pragma once
#include "actors/commands.hpp"
#include "engine/settings.hpp"
#include "system/thread_safety.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace rota::actors {

/// Settings of one kind by name. Ordered, so that lists have a cursor.
template <class Settings>
using setting_map = std::map<std::string, Settings, std::less<>>;

/// The executor that exists from the start and cannot be removed.
inline constexpr const char* standard_executor = "process";

/// All settings as a value: recovery reads it, the directory owns it.
struct all_settings {
  setting_map<engine::type_settings> types;
  setting_map<engine::tenant_settings> tenants;
  setting_map<engine::pool_settings> pools;
  setting_map<engine::key_settings> keys;
  setting_map<engine::executor_settings> executors;
  std::set<std::pair<std::string, std::string>> paused_queues; ///< (type, tenant)
  /// Slots reported by the backends of executors that have none in their settings; not kept over
  /// restarts.
  setting_map<engine::micro> backend_slots;
};

/// Returns `use(map)` for the map of a kind. `All` is all_settings, const or not.
template <class All, class Use>
auto with_map(All& all, setting_kind kind, Use&& use) {
  switch (kind) {
  case setting_kind::type: return use(all.types);
  case setting_kind::tenant: return use(all.tenants);
  case setting_kind::pool: return use(all.pools);
  case setting_kind::key: return use(all.keys);
  case setting_kind::executor: break;
  }
  return use(all.executors);
}

/// Returns the effective settings of a pool: those put for it, capped by the slots of the executor
/// of that name.
engine::pool_settings pool_in(const all_settings& all, const std::string& name);

/// The directory writes; sessions, queues and the wire's reader read. Thread-safe.
class settings_board {
public:
  explicit settings_board(all_settings settings) : settings_(std::move(settings)) {}

  /// Returns the settings of a type, or the defaults if none were put.
  engine::type_settings type(const std::string& name) const;
  engine::tenant_settings tenant(const std::string& name) const;
  /// Returns only what sessions need for every job of a push, without copying the rest.
  std::optional<engine::batch_settings> batching_of(const std::string& type) const;
  std::optional<std::uint32_t> max_queued_of(const std::string& tenant) const;
  /// Returns the largest number of slots that the pool of a type can have; nothing: no limit.
  std::optional<engine::micro> slots_for(const std::string& type) const;
  /// Returns whether the type, the tenant or the queue itself is paused.
  bool paused(const std::string& type, const std::string& tenant) const;

  /// Runs `read(const all_settings&)` under the shared lock.
  template <class Read>
  auto read(Read&& read) const {
    const system::shared_lock held{mutex_};
    return std::forward<Read>(read)(settings_);
  }
  /// Runs `change(all_settings&)` under the exclusive lock. For the directory.
  template <class Change>
  auto change(Change&& change) {
    const system::lock held{mutex_};
    return std::forward<Change>(change)(settings_);
  }

private:
  mutable system::shared_mutex mutex_;
  all_settings settings_ ROTA_GUARDED_BY(mutex_);
};

} // namespace rota::actors
