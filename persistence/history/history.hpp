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

// Ended jobs are stored in blocks of many. Blocks of a queue may overlap: a long-running job ends
// beside younger ones, and a job that was retried by hand ends twice. If two blocks contain the
// same job, the one written last is valid.
//
//   table history        key: queue be32, level u8, last serial be64, first serial be64,
//                             ~number be64 (the newest block of a range comes first)
//                        value: jobs be32, newest end be64, the block's bytes
//                       key: number be64 (blocks are numbered in the order of writing)
//                        value: queue, level, last, first as above, jobs be32, newest end be64
//   table store_state    "history": next number, oldest number, jobs, blocks: be64 each
//
// The level is the bit width of last - first: a block of level n that covers a serial s ends
// between s and s + 2^n - 1. A lookup therefore scans one short range per level and reads few
// blocks that do not cover s.

struct history_block {
  std::uint32_t queue = 0;
  std::uint64_t first_serial = 0; ///< the least serial in the block
  std::uint64_t last_serial = 0;  ///< the greatest
  std::uint32_t jobs = 0;
  std::int64_t newest_end_us = 0; ///< when its last job ended, in microseconds since the epoch
  std::string bytes = {};
};

/// Limits beyond which history may be dropped. 0: no limit.
struct history_retention {
  std::int64_t age_us = 0;
  std::uint64_t jobs_max = 0;
};

/// Writes and drops blocks. Not thread-safe.
class history_writer {
public:
  /// Reads the totals and the oldest block from the store. Errors: corrupt, io.
  [[nodiscard]] static store_result<history_writer> open(const store& store,
                                                         history_retention retention);

  /// Appends to `out` the changes that add the block to the store. All changes appended since the
  /// last write must go into one write_rows(); if that fails, the store must not be used any more.
  void add(const history_block& block, std::vector<row_change>& out);

  /// Whether drop_expired() would drop anything. `now_us` is wall time since the epoch.
  [[nodiscard]] bool has_expired(std::int64_t now_us) const noexcept;

  /// Drops the oldest-written blocks that are too old or exceed the number of jobs, at most
  /// `blocks_max`. A block is too old when its newest job is.
  [[nodiscard]] store_status drop_expired(store& store, std::int64_t now_us,
                                          std::size_t blocks_max);

  /// When the oldest-written block becomes too old; nothing if it never does.
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

/// The order of a listing.
enum class serial_order : std::uint8_t { oldest_first, newest_first };

/// A range of serials with all blocks that may contain its jobs, newest written first.
struct history_page {
  std::uint64_t first_serial = 0;
  std::uint64_t last_serial = 0;
  std::vector<history_block> blocks = {};
};

/// Returns whether the job looked for is in the block with these bytes.
using history_match = std::function<bool(std::string_view bytes)>;

/// Returns the newest-written block of the queue that covers the serial and satisfies `match`, if
/// any. Reads the blocks that cover the serial and at most about as many others.
[[nodiscard]] store_result<std::optional<history_block>>
find_in_history(const store& store, std::uint32_t queue, std::uint64_t serial,
                const history_match& match);

/// Returns the next range of the queue's history from the serial `from` on, in the given order, or
/// nothing at the end. Jobs whose serials are outside the range do not belong to the page. The next
/// page begins at last_serial + 1, or for newest first at first_serial - 1. A page has at least one
/// block.
[[nodiscard]] store_result<std::optional<history_page>>
page_of_history(const store& store, std::uint32_t queue, std::uint64_t from, serial_order order);

} // namespace rota::persistence
