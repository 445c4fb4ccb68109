#pragma once

#include "persistence/store/row.hpp"
#include "persistence/store/store.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rota::persistence {

// Ended jobs, many in a block. Blocks of a queue may overlap: a job that ran for long ends beside
// younger ones, and one that was retried by hand ends twice. Of two blocks that have the same job
// the one written last holds.
//
//   table history        key: queue be32, level u8, last serial be64, first serial be64,
//                             ~number be64 (the newest block of a range comes first)
//                        value: jobs be32, newest end be64, the block's bytes
//   table history_order  key: number be64 (blocks count up as they are written)
//                        value: queue, level, last, first as above, jobs be32, newest end be64
//   table store_state    "history": next number, oldest number, jobs, blocks: be64 each
//
// The level is the bit width of last - first: a block of level n that covers a serial s ends
// between s and s + 2^n - 1. So a lookup reads, level by level, little but what covers s.

struct history_block {
  std::uint32_t queue = 0;
  std::uint64_t first_serial = 0; ///< of the jobs in it, the least
  std::uint64_t last_serial = 0;  ///< and the greatest
  std::uint32_t jobs = 0;
  std::int64_t newest_end_us = 0; ///< when the last of them ended, since the epoch
  std::string bytes = {};
};

/// What may be dropped. 0: no limit.
struct history_retention {
  std::int64_t age_us = 0;
  std::uint64_t jobs_max = 0;
};

/// Writes and drops blocks. One thread at a time.
class history_writer {
public:
  /// Reads what the store has. Errors: corrupt, io.
  [[nodiscard]] static store_result<history_writer> open(const store& store,
                                                         history_retention retention);

  /// Appends to `out` what puts the block into the store. All that was appended since the last
  /// write goes into one write_rows(), or the store is not used any more.
  void add(const history_block& block, std::vector<row_change>& out);

  /// Whether drop_expired() would find something. `now_us` is wall time since the epoch.
  [[nodiscard]] bool has_expired(std::int64_t now_us) const noexcept;

  /// Drops the oldest written blocks that are too old or too many, at most `blocks_max`. A block
  /// is too old when its newest job is.
  [[nodiscard]] store_status drop_expired(store& store, std::int64_t now_us,
                                          std::size_t blocks_max);

  /// When the oldest written block will be too old, if there is such a time.
  [[nodiscard]] std::optional<std::int64_t> next_expiry_us() const noexcept;

  [[nodiscard]] std::uint64_t jobs() const noexcept { return jobs_; }
  [[nodiscard]] std::uint64_t blocks() const noexcept { return blocks_; }

private:
  [[nodiscard]] row_change totals() const;
  [[nodiscard]] store_status read_oldest(const store& store);
  [[nodiscard]] bool too_old(std::int64_t newest_end_us, std::int64_t now_us) const noexcept;

  history_retention retention_;
  std::uint64_t next_ = 1;
  std::uint64_t oldest_ = 1;
  std::uint64_t jobs_ = 0;
  std::uint64_t blocks_ = 0;
  std::optional<std::int64_t> oldest_end_us_;
  std::uint64_t oldest_jobs_ = 0;
};

/// Which way a list goes.
enum class serial_order : std::uint8_t { oldest_first, newest_first };

/// A stretch of serials with all blocks that can hold a job of it, newest written first.
struct history_page {
  std::uint64_t first_serial = 0;
  std::uint64_t last_serial = 0;
  std::vector<history_block> blocks = {};
};

/// Says from a block's bytes whether the job looked for is in it.
using history_match = std::function<bool(std::string_view bytes)>;

/// The newest written block of the queue that covers the serial and that `match` takes, if any.
/// Reads what covers the serial, and at most about as much again.
[[nodiscard]] store_result<std::optional<history_block>>
find_in_history(const store& store, std::uint32_t queue, std::uint64_t serial,
                const history_match& match);

/// The next stretch of the queue's history from the serial `from` on, in that order; nothing if
/// there is no more. Jobs of the page are those whose serials lie in it; the next page begins at
/// its last_serial + 1, or newest first at its first_serial - 1. A page holds at least one block.
[[nodiscard]] store_result<std::optional<history_page>>
page_of_history(const store& store, std::uint32_t queue, std::uint64_t from, serial_order order);

} // namespace rota::persistence
