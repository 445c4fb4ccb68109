#include "persistence/store/store.hpp"

#include "persistence/store/rocks.hpp"
#include "persistence/store/store_files.hpp"

#include <rocksdb/iterator.h>
#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <array>
#include <utility>

namespace rota::persistence {
namespace {

constexpr std::uint64_t journal_files_max = 8;

std::string row_key(table table, std::string_view key) {
  return std::string(1, static_cast<char>(table)).append(key);
}

// Returns the first key after all keys with `prefix`, which begins with a table and so is not all
// 255.
std::string end_of_prefix(std::string prefix) {
  while (prefix.back() == '\xff')
    prefix.pop_back();
  prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1);
  return prefix;
}

void seek(rocksdb::Iterator& rows, const row_range& range) {
  if (range.from.empty()) {
    range.reverse ? rows.SeekToLast() : rows.SeekToFirst();
    return;
  }
  const auto from = row_key(range.table, range.from);
  range.reverse ? rows.SeekForPrev(from) : rows.Seek(from);
}

rocksdb::FlushOptions flush_options() {
  rocksdb::FlushOptions how;
  how.wait = true;
  how.allow_write_stall = true;
  return how;
}

row_change number_row(std::string_view key, std::uint64_t number) {
  return {table::store_state, std::string(key), big_endian(number)};
}

std::uint64_t property(rocksdb::DB& db, const std::string& name) {
  std::uint64_t value = 0;
  return db.GetIntProperty(name, &value) ? value : 0;
}

// Groups may have been written to files before they were cut; only compaction releases that space.
rocksdb::Status compact_when_large(store_files& files) {
  auto& journal = *files.journal;
  std::string level_files;
  journal.GetProperty("rocksdb.num-files-at-level0", &level_files);
  const bool many = !level_files.empty() && std::stoull(level_files) >= journal_files_max;
  const auto bytes = property(journal, rocksdb::DB::Properties::kTotalSstFilesSize);
  if (!many && bytes < files.options.journal_bytes_max / 4)
    return rocksdb::Status::OK();
  rocksdb::CompactRangeOptions whole;
  whole.exclusive_manual_compaction = false;
  whole.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  return journal.CompactRange(whole, nullptr, nullptr);
}

} // namespace

store::store(std::unique_ptr<store_files> files) : files_(std::move(files)) {}

store::~store() = default;

store_status store::commit(position first, position last, std::string_view bytes) {
  if (!files_->in_memory()) {
    const auto key = group_key(last, first);
    const std::array<rocksdb::Slice, 1> key_parts{to_slice(key)};
    const std::array<rocksdb::Slice, 2> value_parts{to_slice(bytes),
                                                    rocksdb::Slice(&group_end_mark, 1)};
    rocksdb::WriteBatch batch(bytes.size() + 64);
    auto status = batch.Put(rocksdb::SliceParts(key_parts.data(), key_parts.size()),
                            rocksdb::SliceParts(value_parts.data(), value_parts.size()));
    rocksdb::WriteOptions how;
    how.sync = files_->options.level == durability::fsync;
    if (status.ok())
      status = files_->journal->Write(how, &batch);
    if (!status.ok())
      return to_error(status, "cannot commit to", files_->journal_folder);
  }
  files_->last_group_first.store(first.value, std::memory_order_relaxed);
  files_->last.store(last.value, std::memory_order_release);
  return {};
}

store_status store::write_rows(std::span<const row_change> changes) {
  rocksdb::WriteBatch batch;
  rocksdb::Status status;
  for (const auto& change : changes) {
    const auto key = row_key(change.table, change.key);
    status = change.value ? batch.Put(key, *change.value) : batch.Delete(key);
    if (!status.ok())
      break;
  }
  if (status.ok()) {
    rocksdb::WriteOptions how;
    how.disableWAL = true;
    status = files_->rows->Write(how, &batch);
  }
  return to_status(status, "cannot write to", files_->rows_folder);
}

store_status store::flush_rows() {
  if (files_->in_memory())
    return {};
  // Everything that the rows reflect has been committed by now.
  const std::array<row_change, 1> reflected{number_row(reflected_row, last_position().value)};
  if (auto written = write_rows(reflected); written.has_error())
    return written;
  return to_status(files_->rows->Flush(flush_options()), "cannot flush", files_->rows_folder);
}

store_status store::cut_journal(position upto) {
  const system::lock held{files_->cutting};
  const std::uint64_t kept = files_->last_group_first.load(std::memory_order_relaxed);
  const std::uint64_t limit = std::min(upto.value, kept == 0 ? 0 : kept - 1);
  if (files_->in_memory() || limit == 0)
    return flush_rows();
  const std::array<row_change, 1> cut{number_row(cut_row, limit)};
  auto flushed = write_rows(cut);
  if (flushed.has_value())
    flushed = flush_rows();
  if (flushed.has_error())
    return flushed;
  auto& journal = *files_->journal;
  // Not synced: groups that reappear after a power cut are skipped by position.
  auto status = journal.DeleteRange(rocksdb::WriteOptions(), journal.DefaultColumnFamily(),
                                    group_key({0}, {0}), group_key({limit + 1}, {0}));
  if (status.ok())
    status = journal.Flush(flush_options());
  if (status.ok())
    status = compact_when_large(*files_);
  return to_status(status, "cannot truncate", files_->journal_folder);
}

store_status store::scan_journal(position after, const on_group& fn) const {
  return walk_journal(*files_, after, fn);
}

store_status store::scan_rows(const row_range& range, const on_row& fn) const {
  const auto begin = row_key(range.table, range.prefix);
  const auto end = end_of_prefix(begin);
  const auto lower = to_slice(begin);
  const auto upper = to_slice(end);
  rocksdb::ReadOptions how;
  how.verify_checksums = true;
  how.fill_cache = false;
  how.iterate_lower_bound = &lower;
  how.iterate_upper_bound = &upper;
  const std::unique_ptr<rocksdb::Iterator> rows(files_->rows->NewIterator(how));
  for (seek(*rows, range); rows->Valid(); range.reverse ? rows->Prev() : rows->Next()) {
    if (!fn(to_view(rows->key()).substr(1), to_view(rows->value())))
      break;
  }
  return to_status(rows->status(), "cannot read", files_->rows_folder);
}

store_result<std::optional<std::string>> store::get_row(table table, std::string_view key) const {
  std::string value;
  const auto status = files_->rows->Get(rocksdb::ReadOptions(), row_key(table, key), &value);
  if (status.IsNotFound())
    return std::optional<std::string>();
  if (!status.ok())
    return to_error(status, "cannot read", files_->rows_folder);
  return std::optional<std::string>(std::move(value));
}

position store::last_position() const noexcept {
  return {files_->last.load(std::memory_order_acquire)};
}

std::uint64_t store::recovered_bytes() const noexcept { return files_->recovered_bytes; }

durability store::level() const noexcept { return files_->options.level; }

} // namespace rota::persistence
