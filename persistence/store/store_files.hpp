#pragma once

#include "persistence/formats/big_endian.hpp"
#include "persistence/store/store.hpp"
#include "persistence/store/store_lock.hpp"
#include "system/thread_safety.hpp"

#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace rota::persistence {

// The parts of an open store. For store*.cpp only.

/// The last byte of a group's value. It is not zero, so that pages which the disk never wrote, and
/// which read as zeros, are not mistaken for the end of a complete group.
inline constexpr char group_end_mark = '\x5a';

inline constexpr std::size_t group_key_bytes = 16;

[[nodiscard]] inline std::string group_key(position last, position first) {
  return big_endian(last.value, first.value);
}

/// Rows of table store_state.
/// the journal may begin after this position
inline constexpr std::string_view cut_row = "cut";
/// the journal must reach this position
inline constexpr std::string_view reflected_row = "reflected";

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
  /// Destroyed in reverse order: the instances before the environment and lock that they use.
  std::unique_ptr<rocksdb::Env> memory_env = {};
  std::unique_ptr<store_lock> lock = {};
  std::unique_ptr<rocksdb::DB> journal = {};
  std::unique_ptr<rocksdb::DB> rows = {};

  system::mutex cutting; ///< Held while the journal is cut or must not be cut.
  std::atomic<std::uint64_t> last = 0;
  std::atomic<std::uint64_t> last_group_first = 0;
  std::uint64_t recovered_bytes = 0;

  [[nodiscard]] bool in_memory() const { return options.level == durability::memory; }
};

/// Calls `fn` for every group from the one that contains `after` + 1 on; checks that there are no
/// gaps.
[[nodiscard]] store_status walk_journal(const store_files& files, position after,
                                        const store::on_group& fn);

} // namespace rota::persistence
