// Converts settings between the board, the journal and the rows: the map and the key of each kind.
#pragma once
#include "actors/directory/settings_board.hpp"
#include "actors/queue/queue_map.hpp"
#include "persistence/formats/records.hpp"
#include "persistence/store/row.hpp"
#include "wire/param.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rota::actors {

/// The directory's queue number in the journal.
inline constexpr std::uint32_t directory_queue = 0;

struct setting_name {
  setting_kind kind = setting_kind::type;
  std::string name;
  auto operator<=>(const setting_name&) const = default;
};

/// Merges a put into the present setting.
checked<setting> merged_in(const all_settings& all, const put_setting_command& put);

std::optional<setting> find_in(const all_settings& all, setting_kind kind, const std::string& name);
/// No value removes the setting.
void set_in(all_settings& all, setting_kind kind, const std::string& name,
            const std::optional<setting>& value);
void set_paused_in(all_settings& all, const std::string& type, const std::string& tenant, bool on);

/// Rows of the present values.
persistence::row_change row_of(const all_settings& all, const setting_name& setting);
persistence::row_change pause_row(const std::string& type, const std::string& tenant, bool on);
persistence::row_change queue_row(engine::queue_number number, const queue_map::name& name);

} // namespace rota::actors
