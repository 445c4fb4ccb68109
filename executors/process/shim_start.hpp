// Starts a shim and waits for its report about the start.
#pragma once
#include "system/files.hpp"

#include <cstdint>
#include <string>

namespace rota::executors {

enum class shim_report_kind : std::uint8_t {
  started,   ///< Durable.
  refused,   ///< The command can never run; nothing is left of the shim.
  temporary, ///< A temporary failure; nothing is left of the shim.
  taken,     ///< The folder shows that the attempt ran or never may.
  none,      ///< It died or hangs: only the folder shows what happened.
};
struct shim_report {
  shim_report_kind kind = shim_report_kind::none;
  std::string message; ///< Why not.
};

/// Passes the lock, which the caller holds, to the shim. Returns after `patience_ms` at the latest.
[[nodiscard]] shim_report start_shim(const std::string& program, const std::string& folder,
                                     const system::descriptor& lock, int patience_ms);

} // namespace rota::executors
