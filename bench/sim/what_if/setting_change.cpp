#include "bench/sim/pointer_change.hpp"
#include "bench/sim/scenario.hpp"
#include "bench/sim/what_if/recording.hpp"
#include "json/slice.hpp"
#include "json/write.hpp"
#include "wire/merging.hpp"

#include <algorithm>

namespace rota::bench {
namespace {

/// The settings of a put request: nested objects of the members that the tokens from `first` on
/// name.
std::string put_of(const pointer_change& what, std::size_t first) {
  std::string text;
  json_writer json{text};
  json.begin_object();
  for (auto i = first; i + 1 < what.tokens.size(); ++i)
    json.key(what.tokens[i]).begin_object();
  json.key(what.tokens.back()).raw(what.value);
  for (auto i = first; i < what.tokens.size(); ++i)
    json.end_object();
  return text;
}

/// Applies the change as a daemon would.
template <class Settings>
void put(actors::setting_map<Settings>& all, const std::string& name, const pointer_change& what,
         std::size_t first) {
  const auto params = put_of(what, first);
  const auto known = all.find(name);
  const auto settings = wire::merged<Settings>(
      known == all.end() ? std::nullopt : std::optional{known->second}, json_value{params}, {});
  if (!settings)
    throw scenario_error(what.pointer + ":", to_text(settings.error()));
  all.insert_or_assign(name, *settings);
}

void change_slots(recording& all, const std::string& pool, const pointer_change& what) {
  const auto slots = json_value{what.value}.as_double();
  if (!slots || !engine::quantity_from(*slots))
    throw scenario_error(what.pointer, "must be from 0.001 to 1000000");
  all.executor_slots[pool] = *slots;
}

/// A change that affects no job is probably a mistake.
void require_jobs(const recording& all, std::string recorded_job::*name,
                  const pointer_change& what) {
  const bool any = std::any_of(all.jobs.begin(), all.jobs.end(), [&](const recorded_job& job) {
    return job.*name == what.tokens[1];
  });
  if (!any)
    throw scenario_error(what.pointer, "changes nothing: no job is of " + what.tokens[1]);
}

} // namespace

void change_setting(recording& all, const std::string& pool, std::string_view change) {
  const auto what = read_pointer_change(change);
  const auto& kind = what.tokens.front();
  const bool names_pool = kind == "pool" && what.tokens.size() >= 2;
  if ((kind == "slots" && what.tokens.size() == 1) || (names_pool && what.tokens[1] == "slots"))
    return change_slots(all, pool, what);
  if (names_pool)
    return put(all.settings.pools, pool, what, 1);
  if (what.tokens.size() < 3)
    throw scenario_error(what.pointer, "is not a member of a setting");
  const auto& name = what.tokens[1];
  if (kind == "types" && what.tokens[2] == "executor")
    throw scenario_error(what.pointer, "cannot be changed: one pool is replayed");
  if (kind == "types") {
    require_jobs(all, &recorded_job::type, what);
    return put(all.settings.types, name, what, 2);
  }
  if (kind == "tenants") {
    require_jobs(all, &recorded_job::tenant, what);
    return put(all.settings.tenants, name, what, 2);
  }
  if (kind == "keys")
    return put(all.settings.keys, name, what, 2);
  throw scenario_error(what.pointer,
                       "does not start with /tenants, /types, /keys, /pool or /slots");
}

} // namespace rota::bench
