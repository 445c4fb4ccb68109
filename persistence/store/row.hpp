#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rota::persistence {

/// The first byte of a row's key: never renumber.
enum class table : std::uint8_t {
  store_state = 0,   ///< the store's own: how far the journal is cut, totals of the history
  settings = 1,      ///< types, tenants, pools, keys
  queues = 2,        ///< what a queue is besides its jobs, with its position
  jobs = 3,          ///< jobs that are alive
  leases = 4,        ///< attempts handed out
  dedup = 5,         ///< keys of ended jobs
  history = 6,       ///< blocks of ended jobs; written through history_block only
  history_order = 7, ///< the blocks by when they were written; the store's own
  meta = 8,          ///< whatever else outlives a restart
};

/// A row to put, or to delete when it has no value.
struct row_change {
  persistence::table table = persistence::table::meta;
  std::string key;
  std::optional<std::string> value;

  [[nodiscard]] std::size_t size() const noexcept {
    return 1 + key.size() + (value ? value->size() : 0);
  }
};

/// Which rows to read, and in which order.
struct row_range {
  persistence::table table = persistence::table::meta;
  /// Only keys that begin with it.
  std::string prefix = {};
  /// Starts at the first key >= `from` (reverse: at the last key <= `from`). Empty: at the end of
  /// the range that the direction starts from. When set, it must begin with `prefix`.
  std::string from = {};
  bool reverse = false;
};

} // namespace rota::persistence
