#pragma once

#include "engine/position.hpp"
#include "persistence/store/row.hpp"
#include "persistence/store/store_error.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rocksdb {
class Env;
}

namespace rota::persistence {

using engine::position;

/// What a commit survives: fsync a power cut, os the end of the process, memory nothing.
enum class durability : std::uint8_t { fsync, os, memory };

struct store_options {
  durability level = durability::fsync;
  /// Size up to which the journal grows before its owner cuts it; determines its memory.
  std::uint64_t journal_bytes_max = 64ULL << 20;
  /// Bytes of rows in memory before a flush; up to three times as much is held.
  std::uint64_t rows_memory_bytes = 32ULL << 20;
  /// Bytes of row blocks cached for point reads.
  std::uint64_t cache_bytes = 32ULL << 20;
  /// Replaces the operating system in tests; null: the operating system.
  rocksdb::Env* env = nullptr;
};

/// One group commit as it was written: the encoded events from `first` to `last`.
struct journal_group {
  position first;
  position last;
  std::string_view bytes;
};

struct store_files;

// The store: two RocksDB instances in one folder.
//
//   FORMAT    the version of the store (format.hpp)
//   LOCK      held by the one process that has the folder open
//   journal/  key: last position, first position (be64 each); value: the group's bytes, end mark
//   rows/     key: table (one byte), the row's key; no write-ahead log
//
// After a crash the rows are a prefix of their writes. The journal is cut only up to what flushed
// rows reflect, and its last group is never cut, so that a journal without groups is known to be
// damaged. Rows on disk never reflect events that the journal could lose.

/// Stores bytes; does not interpret them. All methods may be called from any thread, but only one
/// commit at a time. After a failed write the store must not be written to: close it and open it
/// again. Errors never end the process.
class store {
public:
  using on_group = std::function<bool(const journal_group&)>;
  using on_row = std::function<bool(std::string_view key, std::string_view value)>;

  /// Opens the store in `folder`, or creates one if there is none. Before that, reads the journal
  /// and verifies the sums of all files. With durability memory the folder is not touched and the
  /// store is empty. Errors: all of store_errc; an existing store has then lost nothing.
  [[nodiscard]] static store_result<std::unique_ptr<store>>
  open(const std::filesystem::path& folder, const store_options& options);

  ~store();
  store(const store&) = delete;
  store& operator=(const store&) = delete;

  /// Appends one group: the events `first` to `last`, where first is last_position() + 1. When it
  /// returns, the group is as durable as the store's level promises. After an error the group may
  /// or may not be found at the next open.
  [[nodiscard]] store_status commit(position first, position last, std::string_view bytes);

  /// Writes all rows or none. They are visible at once and durable after flush_rows().
  [[nodiscard]] store_status write_rows(std::span<const row_change> changes);

  /// Makes all rows written so far durable. Blocks while the disk writes.
  [[nodiscard]] store_status flush_rows();

  /// Flushes the rows, then drops the groups that end at or below `upto`, except the very last
  /// group, and releases their space. Precondition: the rows reflect all events up to `upto`.
  /// Blocks; commits continue meanwhile.
  [[nodiscard]] store_status cut_journal(position upto);

  /// Creates a complete, independent store in `folder`, which must not exist although its parent
  /// must. It has everything committed before the call and possibly some of what is committed
  /// during it. Commits continue, cuts wait. Immutable files are shared through hard links where
  /// the file system supports them. After an error the folder is removed. Not available with
  /// durability memory.
  [[nodiscard]] store_status back_up(const std::filesystem::path& folder);

  /// Calls `fn` for every group that ends after `after`, in order, until it returns false. Error:
  /// corrupt if a position is missing between two groups.
  [[nodiscard]] store_status scan_journal(position after, const on_group& fn) const;

  /// Calls `fn` for the rows of the range, in order, until it returns false. Keys do not include
  /// their table. Concurrent writes are not seen.
  [[nodiscard]] store_status scan_rows(const row_range& range, const on_row& fn) const;

  /// Returns the row's value, or nothing if there is no such row.
  [[nodiscard]] store_result<std::optional<std::string>> get_row(table table,
                                                                 std::string_view key) const;

  /// The last event of the last committed group; after open() that of the recovered one.
  [[nodiscard]] position last_position() const noexcept;

  /// Size of the groups that were in the journal at open().
  [[nodiscard]] std::uint64_t recovered_bytes() const noexcept;

  [[nodiscard]] durability level() const noexcept;

private:
  explicit store(std::unique_ptr<store_files> files);

  std::unique_ptr<store_files> files_;
};

} // namespace rota::persistence
