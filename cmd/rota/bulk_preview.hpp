// What a change of many jobs would change, looked up beforehand.
#pragma once
#include "cmd/rota/commands.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace rota::client {

struct bulk_change {
  std::string_view verb;                    ///< "cancel"
  std::span<const std::string_view> states; ///< Of the jobs that it changes.
  queue_filter filter;
  std::int64_t limit = 1000;
};

/// Prints the jobs and how many they are; says on stderr why it can't. Between the look and the
/// change others may act, too.
[[nodiscard]] exit_status print_preview(const context& settings, const bulk_change& change);

/// Asks whoever sits at the terminal; anything but yes is no.
[[nodiscard]] bool confirmed(std::string_view question);

} // namespace rota::client
