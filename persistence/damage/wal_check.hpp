#pragma once

#include "persistence/store/store_error.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace rota::persistence {

// RocksDB writes its write-ahead logs and its MANIFEST in one format: blocks of 32 kB that hold
// records {masked crc32c of type and payload: u32, payload length: u16, type: u8, payload}. A
// record longer than the rest of its block continues in the next ones as first, middle, last.
//
// RocksDB's tolerant mode silently stops where a length points past the end of the file or where a
// type says "left over from a recycled log". One flipped byte can cause either, and every
// acknowledged record after it would be lost. Each log is therefore read here before RocksDB opens
// it. Where reading stops, this check decides whether the writer died there or a byte was changed.

enum class log_end : std::uint8_t {
  whole,   ///< every record is whole
  torn,    ///< the last record is unfinished; all earlier ones are whole
  damaged, ///< a record was changed after it was written
};

struct log_result {
  log_end end = log_end::whole;
  /// Where the unfinished record (torn) or the changed record (damaged) begins.
  std::uint64_t offset = 0;
  std::string reason;
};

/// Reads the whole log, in one pass, and changes nothing. The end is torn if the file stops inside
/// the last record, or if the disk never wrote some of its pages so that they read as zeros, and if
/// no other record begins after it. A record that would be complete with a smaller length is
/// damaged, not torn. Error: io.
[[nodiscard]] store_result<log_result> check_log(const std::filesystem::path& path);

/// Checks every log and the current MANIFEST of a RocksDB folder that no process has open, and
/// truncates a torn end. Only the last non-empty log may have one. Errors: corrupt (nothing was
/// changed), io.
[[nodiscard]] store_status check_logs(const std::filesystem::path& folder);

} // namespace rota::persistence
