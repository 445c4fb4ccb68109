#pragma once

#include "persistence/store/store.hpp"

#include <rocksdb/options.h>
#include <rocksdb/slice.h>
#include <rocksdb/status.h>

#include <filesystem>
#include <string_view>

namespace rota::persistence {

// How the store uses RocksDB. For store*.cpp only; no other file of Rota uses RocksDB.

[[nodiscard]] inline rocksdb::Slice to_slice(std::string_view bytes) {
  return {bytes.data(), bytes.size()};
}

[[nodiscard]] inline std::string_view to_view(const rocksdb::Slice& slice) {
  return {slice.data(), slice.size()};
}

/// Converts a failed status to an error for the operator.
[[nodiscard]] store_error to_error(const rocksdb::Status& status, const char* what,
                                   const std::filesystem::path& folder);

/// Success, or the error that to_error() returns for the status.
[[nodiscard]] store_status to_status(const rocksdb::Status& status, const char* what,
                                     const std::filesystem::path& folder);

/// The journal: one writer, ascending keys, cut from the front.
[[nodiscard]] rocksdb::Options journal_rocks_options(const store_options& options,
                                                     rocksdb::Env* env);

/// The rows: written in any order without a write-ahead log; read by key, by range, and completely
/// at a restart.
[[nodiscard]] rocksdb::Options rows_rocks_options(const store_options& options, rocksdb::Env* env);

} // namespace rota::persistence
