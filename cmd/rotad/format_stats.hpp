// The answer of server.stats.
#pragma once
#include "json/write.hpp"
#include "wire/commands.hpp"

#include <string_view>

namespace rota::daemon {

void write_stats(json_writer& out, const actors::stats_reply& stats, std::string_view durability);

} // namespace rota::daemon
