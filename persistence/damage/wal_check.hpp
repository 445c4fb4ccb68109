#pragma once

#include "persistence/store/store_error.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace rota::persistence {

// RocksDB writes its write-ahead logs and its MANIFEST in one format: blocks of 32 kB that hold
// records {masked crc32c of type and payload: u32, payload length: u16, type: u8, payload}; a
// record longer than what is left of its block goes on in the next as first, middle, last.
//
// RocksDB's tolerant mode stops in silence where a length points behind the end of the file or
// where a type says "left over from a recycled log". One flipped byte does either, and then every
// acknowledged record behind it is gone. So each log is read here beforehand, and where reading
// stops one question is decided: did the writer die there, or was a byte changed?

enum class log_end : std::uint8_t {
  whole,   ///< every record is whole
  torn,    ///< the last record was never finished; all before it are whole
  damaged, ///< a record was changed after it was written
};

struct log_verdict {
  log_end end = log_end::whole;
  /// torn: where the unfinished record begins. damaged: where the changed record begins.
  std::uint64_t offset = 0;
  std::string reason;
};

/// Reads the whole log. A torn end is: the file stops inside the last record, or the disk never
/// took some of its pages and they read as zeros; and no other record begins behind it. A record
/// that is complete if only its length was smaller was damaged, not torn. Changes nothing. Error:
/// io. Takes a pass over the file.
[[nodiscard]] store_result<log_verdict> check_log(const std::filesystem::path& path);

/// Checks every log and the current MANIFEST of a RocksDB folder that nobody has open, and cuts
/// off a torn end: only the last log that holds anything may have one. Errors: corrupt (nothing
/// was changed), io.
[[nodiscard]] store_status check_logs(const std::filesystem::path& folder);

} // namespace rota::persistence
