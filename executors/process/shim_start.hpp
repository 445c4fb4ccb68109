// Starts a shim and waits for its word about the start.
#pragma once
#include "system/files.hpp"

#include <cstdint>
#include <string>

namespace rota::executors {

enum class shim_word : std::uint8_t {
  started, ///< Durable.
  refused, ///< The command can't run, now or ever; nothing is left of the shim.
  passing, ///< Not now; nothing is left of the shim.
  taken,   ///< The folder says that it ran or never may.
  silence, ///< It died or hangs: only the folder knows.
};
struct shim_answer {
  shim_word word = shim_word::silence;
  std::string message; ///< Why not.
};

/// The shim gets the lock, which the caller has taken. Comes back after `patience_ms` at the latest.
[[nodiscard]] shim_answer start_shim(const std::string& program, const std::string& folder,
                                     const system::descriptor& lock, int patience_ms);

} // namespace rota::executors
