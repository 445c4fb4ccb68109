#pragma once

#include "persistence/formats/big_endian.hpp"
#include "persistence/store/store.hpp"
#include "persistence/store/store_lock.hpp"

#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace rota::persistence {

// What an open store consists of. For store*.cpp only.

/// The last byte of a group's value. It isn't zero, so that the zeros of pages that the disk never
/// took can't be mistaken for the end of a whole group.
inline constexpr char group_end_mark = '\x5a';

inline constexpr std::size_t group_key_bytes = 16;

[[nodiscard]] inline std::string group_key(position last, position first) {
  std::string key;
  key.reserve(group_key_bytes);
  append_big_endian(key, last.value);
  append_big_endian(key, first.value);
  return key;
}

/// Rows of table store_state.
inline constexpr std::string_view cut_row = "cut";             ///< the journal may begin behind it
inline constexpr std::string_view reflected_row = "reflected"; ///< the journal must reach it

struct store_files {
  store_files(const std::filesystem::path& folder, const store_options& options)
      : folder(folder),
        journal_folder(folder / "journal"),
        rows_folder(folder / "rows"),
        options(options) {}

  const std::filesystem::path folder;
  const std::filesystem::path journal_folder;
  const std::filesystem::path rows_folder;
  const store_options options;
  /// Destroyed in reverse order: the instances before what they stand on.
  std::unique_ptr<rocksdb::Env> memory_env = {};
  std::unique_ptr<store_lock> lock = {};
  std::unique_ptr<rocksdb::DB> journal = {};
  std::unique_ptr<rocksdb::DB> rows = {};

  std::mutex cutting; ///< Held while the journal is cut, or must not be.
  std::atomic<std::uint64_t> last = 0;
  std::atomic<std::uint64_t> last_group_first = 0;
  std::uint64_t recovered_bytes = 0;

  [[nodiscard]] bool in_memory() const { return options.level == durability::memory; }
};

/// Every group from the one that holds `after` + 1 on, checked to follow on each other.
[[nodiscard]] store_status walk_journal(const store_files& files, position after,
                                        const store::on_group& fn);

} // namespace rota::persistence
