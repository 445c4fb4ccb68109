#include "actors/directory/setting_records.hpp"

#include "persistence/formats/row_keys.hpp"
#include "wire/merging.hpp"

namespace rota::actors {

using namespace engine;

checked<setting> merged_in(const all_settings& all, const put_setting_command& put) {
  return with_map(all, put.kind, [&](const auto& map) -> checked<setting> {
    using settings = typename std::decay_t<decltype(map)>::mapped_type;
    const auto present = map.find(put.name);
    auto value =
        merged(present == map.end() ? std::nullopt : std::optional<settings>{present->second},
               json_value{put.params}, name_member_of(put.kind));
    if (!value)
      return value.error();
    return setting{std::move(*value)};
  });
}

std::optional<setting> find_in(const all_settings& all, setting_kind kind,
                               const std::string& name) {
  return with_map(all, kind, [&](const auto& map) -> std::optional<setting> {
    const auto found = map.find(name);
    return found == map.end() ? std::nullopt : std::optional<setting>{found->second};
  });
}

void set_in(all_settings& all, setting_kind kind, const std::string& name,
            const std::optional<setting>& value) {
  with_map(all, kind, [&](auto& map) {
    using settings = typename std::decay_t<decltype(map)>::mapped_type;
    if (value)
      map.insert_or_assign(name, std::get<settings>(*value));
    else
      map.erase(name);
  });
}

void set_paused_in(all_settings& all, const std::string& type, const std::string& tenant, bool on) {
  if (on)
    all.paused_queues.insert({type, tenant});
  else
    all.paused_queues.erase({type, tenant});
}

persistence::row_change row_of(const all_settings& all, const setting_name& setting) {
  persistence::row_change row{persistence::table::settings,
                              persistence::setting_key(setting.kind, setting.name), std::nullopt};
  if (auto value = find_in(all, setting.kind, setting.name))
    row.value =
        encode_row(persistence::setting_changed{setting.kind, setting.name, std::move(value)});
  return row;
}

persistence::row_change pause_row(const std::string& type, const std::string& tenant, bool on) {
  persistence::row_change row{persistence::table::settings, persistence::pause_key(type, tenant),
                              std::nullopt};
  if (on)
    row.value = encode_row(persistence::queue_paused{type, tenant, on});
  return row;
}

persistence::row_change queue_row(queue_number number, const queue_map::name& name) {
  return {persistence::table::queues,
          persistence::queue_key(number, persistence::queue_row_kind::identity),
          encode_row(persistence::queue_opened{number, name.type, name.tenant})};
}

} // namespace rota::actors
