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
  /// How long the journal gets before its owner cuts it; sizes the memory for it.
  std::uint64_t journal_bytes_max = 64ULL << 20;
  /// Rows in memory before they are flushed; up to three times that is held.
  std::uint64_t rows_memory_bytes = 32ULL << 20;
  /// Blocks of rows kept in memory for point reads.
  std::uint64_t cache_bytes = 32ULL << 20;
  /// What stands for the operating system in tests; null: the operating system.
  rocksdb::Env* env = nullptr;
};

/// One group commit as it was written: the events from `first` to `last`, encoded.
struct journal_group {
  position first;
  position last;
  std::string_view bytes;
};

struct store_files;

// The store: two RocksDB instances in one folder.
//
//   FORMAT    the version of all this (format.hpp)
//   LOCK      held by the one process that has the folder open
//   journal/  key: last position, first position (be64 each); value: the group's bytes, end mark
//   rows/     key: table (one byte), the row's key; no write-ahead log
//
// Rows survive a crash in the order of their writing: always all up to some write. The journal is
// cut only behind rows that were flushed, and its last group is never cut, so that a journal
// without any group is known to be damaged. Rows on disk never reflect events that the journal
// could lose.

/// Bytes in, bytes out; knows nothing of jobs. All methods may be called from any thread, but
/// commits from one at a time. After an error of a write the store is not to be written to: close
/// it and open it again. Errors never end the process.
class store {
public:
  using on_group = std::function<bool(const journal_group&)>;
  using on_row = std::function<bool(std::string_view key, std::string_view value)>;

  /// Opens the store in `folder`, or makes one if there is none. Reads the journal and the sums of
  /// all files beforehand. With durability memory the folder isn't touched and the store is empty.
  /// Errors: all of store_errc; then nothing of an existing store was lost.
  [[nodiscard]] static store_result<std::unique_ptr<store>>
  open(const std::filesystem::path& folder, const store_options& options);

  ~store();
  store(const store&) = delete;
  store& operator=(const store&) = delete;

  /// Appends one group: the events `first` to `last`, first being last_position() + 1. When it
  /// returns, the group is as durable as the store's level says. On an error it may be there or
  /// not after the next open.
  [[nodiscard]] store_status commit(position first, position last, std::string_view bytes);

  /// Writes the rows, all or none. They are visible at once and durable after flush_rows().
  [[nodiscard]] store_status write_rows(std::span<const row_change> changes);

  /// Makes all rows written before durable. Blocks for as long as the disk takes.
  [[nodiscard]] store_status flush_rows();

  /// Flushes the rows, then drops the groups wholly at or below `upto`, except the last one of all,
  /// and gives their space back. The caller vouches that the rows reflect all events up to there.
  /// Blocks; commits go on meanwhile.
  [[nodiscard]] store_status cut_journal(position upto);

  /// Makes a store in `folder`, which mustn't exist but its parent must, with all that was
  /// committed before the call, whole by itself, and maybe some of what came during it. Commits go
  /// on, cuts wait. Files that don't change are shared with it where the file system can (hard
  /// links). After an error the folder is gone again. Not with durability memory.
  [[nodiscard]] store_status back_up(const std::filesystem::path& folder);

  /// Every group that reaches behind `after`, in order, until `fn` says false. Error: corrupt when
  /// a position is missing between two groups.
  [[nodiscard]] store_status scan_journal(position after, const on_group& fn) const;

  /// The rows of the range, in order, until `fn` says false. Keys are without their table. What is
  /// written meanwhile isn't seen.
  [[nodiscard]] store_status scan_rows(const row_range& range, const on_row& fn) const;

  /// The row's value, if there is such a row.
  [[nodiscard]] store_result<std::optional<std::string>> get_row(table table,
                                                                 std::string_view key) const;

  /// The last event of the last group committed; after open() what was found.
  [[nodiscard]] position last_position() const noexcept;

  /// Bytes of the groups that were in the journal at open().
  [[nodiscard]] std::uint64_t recovered_bytes() const noexcept;

  [[nodiscard]] durability level() const noexcept;

private:
  explicit store(std::unique_ptr<store_files> files);

  std::unique_ptr<store_files> files_;
};

} // namespace rota::persistence
