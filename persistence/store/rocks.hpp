#pragma once

#include "persistence/store/store.hpp"

#include <rocksdb/options.h>
#include <rocksdb/slice.h>
#include <rocksdb/status.h>

#include <filesystem>
#include <string_view>

namespace rota::persistence {

// How the store uses RocksDB. For store*.cpp only: no other file of ours sees RocksDB.

[[nodiscard]] inline rocksdb::Slice to_slice(std::string_view bytes) {
  return {bytes.data(), bytes.size()};
}

[[nodiscard]] inline std::string_view to_view(const rocksdb::Slice& slice) {
  return {slice.data(), slice.size()};
}

/// A failed status as an error for the operator.
[[nodiscard]] store_error to_error(const rocksdb::Status& status, const char* what,
                                   const std::filesystem::path& folder);

/// Success, or what `to_error` makes of the status.
[[nodiscard]] store_status to_status(const rocksdb::Status& status, const char* what,
                                     const std::filesystem::path& folder);

/// The journal: one writer, values in ascending order of keys, cut from the front.
[[nodiscard]] rocksdb::Options journal_rocks_options(const store_options& options,
                                                     rocksdb::Env* env);

/// The rows: written in any order without a log, read by point, by range, and whole at a restart.
[[nodiscard]] rocksdb::Options rows_rocks_options(const store_options& options, rocksdb::Env* env);

} // namespace rota::persistence
