#include "persistence/store/rocks.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <limits>

namespace rota::persistence {
namespace {

constexpr std::size_t mib = 1024 * 1024;
constexpr std::size_t rows_block_bytes = 16 * 1024;
constexpr int block_format = 5;
constexpr double filter_bits_per_key = 10;

// Options of both instances. They suit small machines: few threads, few open files, small logs, no
// timers.
rocksdb::Options common_options(rocksdb::Env* env) {
  rocksdb::Options made;
  made.env = env;
  made.paranoid_checks = true;
  made.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  made.track_and_verify_wals_in_manifest = true;
  made.verify_sst_unique_id_in_manifest = true;
  // A recycled log has old records after the new ones, which could hide damage.
  made.recycle_log_file_num = 0;
  // In 7.8, a MANIFEST that is rolled over while a log is deleted may refer to the log forever and
  // make the next open fail. Ours grows by about 200 bytes per flush and is rewritten at each open.
  made.max_manifest_file_size = std::numeric_limits<std::int64_t>::max();
  made.max_background_jobs = 2;
  made.max_subcompactions = 1;
  made.max_file_opening_threads = 2;
  made.max_open_files = 256;
  made.skip_stats_update_on_db_open = true;
  made.stats_dump_period_sec = 0;
  made.stats_persist_period_sec = 0;
  made.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  made.max_log_file_size = mib;
  made.keep_log_file_num = 2;
  // Whatever was not flushed is in the journal or was never acknowledged; closing must not need the
  // disk.
  made.avoid_flush_during_shutdown = true;
  // The owner handles failures by opening the store again.
  made.max_bgerror_resume_count = 0;
  // Preallocating a whole log has no measurable benefit and would take space from a small disk.
  made.allow_fallocate = false;
  // Many small write-backs instead of one large one that a commit would wait for.
  made.bytes_per_sync = mib;
  made.strict_bytes_per_sync = true;
  return made;
}

// The format of blocks and sums that table_check.cpp reads. Debian's RocksDB computes CRC32c
// without the processor's instruction, which took a tenth of the daemon's CPU time under load.
rocksdb::BlockBasedTableOptions common_blocks() {
  rocksdb::BlockBasedTableOptions made;
  made.format_version = block_format;
  made.checksum = rocksdb::ChecksumType::kXXH3;
  return made;
}

rocksdb::CompressionType fast_compression() {
  const auto known = rocksdb::GetSupportedCompressions();
  const bool has = std::find(known.begin(), known.end(), rocksdb::kLZ4Compression) != known.end();
  return has ? rocksdb::kLZ4Compression : rocksdb::kNoCompression;
}

} // namespace

store_error to_error(const rocksdb::Status& status, const char* what,
                     const std::filesystem::path& folder) {
  const std::string text = std::string(what) + " " + folder.string() + ": " + status.ToString();
  if (status.IsNoSpace())
    return {store_errc::no_space, text + ". The disk is full: free some space"};
  if (status.IsCorruption()) {
    return {store_errc::corrupt,
            text + ". The files are inconsistent: check the disk, and restore the folder from "
                   "a backup"};
  }
  return {store_errc::io, text + ". Check the disk and the folder's permissions"};
}

store_status to_status(const rocksdb::Status& status, const char* what,
                       const std::filesystem::path& folder) {
  return status.ok() ? store_status() : store_status(to_error(status, what, folder));
}

rocksdb::Options journal_rocks_options(const store_options& options, rocksdb::Env* env) {
  auto made = common_options(env);
  // A cut then usually finds the groups still in memory, so that they are never written to a table
  // file.
  made.write_buffer_size = options.journal_bytes_max + options.journal_bytes_max / 2;
  made.max_write_buffer_number = 4;
  made.compression = rocksdb::kNoCompression;
  made.allow_concurrent_memtable_write = false;
  made.enable_write_thread_adaptive_yield = false;
  // Flushed groups are soon cut, so merging them first would be wasted. The cut itself compacts.
  made.disable_auto_compactions = true;
  made.table_factory.reset(rocksdb::NewBlockBasedTableFactory(common_blocks()));
  return made;
}

rocksdb::Options rows_rocks_options(const store_options& options, rocksdb::Env* env) {
  auto made = common_options(env);
  made.write_buffer_size = options.rows_memory_bytes;
  made.max_write_buffer_number = 3;
  made.target_file_size_base = 32 * mib;
  made.max_bytes_for_level_base = 256 * mib;
  made.compression = fast_compression();
  made.compaction_readahead_size = mib;
  made.level_compaction_dynamic_level_bytes = true;
  auto blocks = common_blocks();
  blocks.block_size = rows_block_bytes;
  blocks.filter_policy.reset(rocksdb::NewBloomFilterPolicy(filter_bits_per_key));
  blocks.block_cache = rocksdb::NewLRUCache(options.cache_bytes);
  blocks.cache_index_and_filter_blocks = true;
  blocks.pin_l0_filter_and_index_blocks_in_cache = true;
  made.table_factory.reset(rocksdb::NewBlockBasedTableFactory(blocks));
  return made;
}

} // namespace rota::persistence
