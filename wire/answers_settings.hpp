// Settings as they stand: every member, null where nothing is set.
#pragma once
#include "engine/settings.hpp"
#include "json/write.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace rota::protocol {

/// Each writes one object with `name` (of a key: `key`) first and then what a put takes.
void write_setting(json_writer& out, std::string_view name, const engine::type_settings& type);
void write_setting(json_writer& out, std::string_view name, const engine::tenant_settings& tenant);
void write_setting(json_writer& out, std::string_view name, const engine::pool_settings& pool);
void write_setting(json_writer& out, std::string_view name, const engine::key_settings& key);
void write_setting(json_writer& out, std::string_view name,
                   const engine::executor_settings& executor);

/// An executor as executor.list shows it: its setting, then capacity, running and health.
struct executor_view {
  std::string_view name;
  const engine::executor_settings& settings;
  std::optional<engine::micro> capacity;
  std::uint64_t running = 0;
  std::string_view health; ///< "healthy", or what is wrong.
};
void write_executor(json_writer& out, const executor_view& executor);

/// A whole list answer: `{"types": [...], "cursor": ...}`. `plural` names the array; `element`
/// writes one of the items.
template <class Items, class Element>
void write_page(json_writer& out, std::string_view plural, const Items& items,
                std::string_view cursor, Element element) {
  out.begin_object().key(plural).begin_array();
  for (const auto& item : items)
    element(out, item);
  out.end_array().key("cursor");
  if (cursor.empty())
    out.null();
  else
    out.string(cursor);
  out.end_object();
}

} // namespace rota::protocol
