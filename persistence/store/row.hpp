#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace rota::persistence {

/// The first byte of a row's key. Never renumber.
enum class table : std::uint8_t {
  store_state = 0,   ///< the store's own: where the journal was cut, totals of the history
  settings = 1,      ///< types, tenants, pools, keys
  queues = 2,        ///< state of a queue other than its jobs, with its position
  jobs = 3,          ///< jobs that have not ended
  dedup = 5,         ///< keys of ended jobs
  history = 6,       ///< blocks of ended jobs; written only through history_block
  history_order = 7, ///< the blocks in the order of writing; the store's own
  meta = 8,          ///< other state that survives a restart
};

/// A row to put, or to delete if it has no value.
struct row_change {
  persistence::table table = persistence::table::meta;
  std::string key;
  std::optional<std::string> value;

  [[nodiscard]] std::size_t size() const noexcept {
    return 1 + key.size() + (value ? value->size() : 0);
  }
};

/// A range of rows and the order to read them in.
struct row_range {
  persistence::table table = persistence::table::meta;
  /// Only keys with this prefix.
  std::string prefix = {};
  /// Starts at the first key >= `from` (reverse: at the last key <= `from`). If empty, starts at
  /// the first row of the range (reverse: the last). If set, it must begin with `prefix`.
  std::string from = {};
  bool reverse = false;
};

} // namespace rota::persistence
