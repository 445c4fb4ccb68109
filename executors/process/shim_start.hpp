// Starts a shim and waits for its report about the start.
#pragma once
#include "executors/executor.hpp"
#include "system/files.hpp"

#include <optional>
#include <string>

namespace rota::executors {

/// Passes the lock, which the caller holds, to the shim. Returns after `patience_ms` at the latest,
/// with the failure: a refusal if the command can never run, after which nothing is left of the
/// shim. Returns nothing if the shim started the command durably, or if the folder shows that the
/// attempt ran or never may. If the shim dies or hangs, only the folder shows what happened.
[[nodiscard]] std::optional<start_failure> start_shim(const std::string& program,
                                                      const std::string& folder,
                                                      const system::descriptor& lock,
                                                      int patience_ms);

} // namespace rota::executors
