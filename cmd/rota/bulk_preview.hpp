// Previews a change of many jobs.
#pragma once
#include "cmd/rota/commands.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace rota::client {

struct bulk_change {
  std::string_view verb;                    ///< "cancel"
  std::span<const std::string_view> states; ///< States of the jobs that the change applies to.
  queue_filter filter;
  std::int64_t limit = 1000;
};

/// Prints the matching jobs and their number; reports a failure on stderr. Jobs may change between
/// the preview and the change itself.
[[nodiscard]] exit_status print_preview(const context& settings, const bulk_change& change);

/// Asks the user at the terminal. Anything but yes means no.
[[nodiscard]] bool confirmed(std::string_view question);

} // namespace rota::client
