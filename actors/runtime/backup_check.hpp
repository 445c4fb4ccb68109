// Checks whether a backup can be restored: opens it as the daemon would at its start.
#pragma once
#include "persistence/store/store_error.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace rota::actors {

struct backup_summary {
  std::uint64_t position = 0; ///< Of the last event.
  std::size_t queues = 0;     ///< With jobs or keys.
  std::size_t jobs = 0;       ///< Waiting, running, or ended and not yet in history.
};

/// Reads everything in the folder and verifies all sums. Errors: those of opening a store; corrupt
/// if there is none.
persistence::store_result<backup_summary> check_backup(const std::filesystem::path& folder);

} // namespace rota::actors
