// rotad's options: command line and config file.
#pragma once
#include "actors/runtime/engine_runtime.hpp"
#include "cmd/console_port/link/tls_files.hpp"
#include "cmd/rotad/log.hpp"
#include "engine/members.hpp"
#include "persistence/store/store.hpp"
#include "wire/client.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rota::daemon {

struct wire_limits {
  std::size_t max_line_bytes = std::size_t{16} << 20;
  std::size_t max_depth = 64;
  /// Maximum number of unanswered requests per connection; while there are more, nothing is read
  /// from it.
  std::size_t max_outstanding = 1024;
  std::size_t max_connections = 10'000;
  /// Maximum size of the answers that a connection has not read; while there are more, nothing is
  /// read from it.
  std::size_t max_unread_bytes = std::size_t{64} << 20;
};

/// The port for consoles, over CAF's network layer.
struct console_options {
  wire::endpoint listen;
  std::optional<console::tls_files> tls; ///< Nothing: only a loopback address is allowed.
};

struct options {
  std::string data = "./var";
  wire::endpoint listen;
  std::optional<wire::endpoint> http; ///< Nothing: no HTTP port.
  /// Number of tenants named in metrics: those with the most work.
  std::size_t metrics_tenants = 20;
  /// Interval between the points in the plots of the web page.
  engine::milliseconds plot{10'000};
  std::optional<console_options> console; ///< Nothing: no port for consoles.
  persistence::durability durability = persistence::durability::fsync;
  wire_limits wire;
  log_format log = log_format::text;
  actors::runtime_options runtime;
};

/// The options that the config file sets and server.info shows as `limits`.
void members(auto& io, engine::form_of<options> auto& o) {
  constexpr auto sizes = engine::integers(1, std::int64_t{1} << 50);
  io("history_age_ms", o.runtime.history_age, engine::positive_duration);
  io("history_jobs", o.runtime.history_jobs, sizes);
  io("max_waiting_bytes", o.runtime.max_waiting_bytes, sizes);
  io("max_line_bytes", o.wire.max_line_bytes, sizes);
  io("max_depth", o.wire.max_depth, sizes);
  io("max_outstanding", o.wire.max_outstanding, sizes);
  io("max_connections", o.wire.max_connections, sizes);
  io("snapshot_ms", o.runtime.snapshot, engine::positive_duration);
  io("orphan_ms", o.runtime.orphan_after, engine::positive_duration);
  io("metrics_tenants", o.metrics_tenants, engine::integers(0, 1000));
  io("plot_ms", o.plot, engine::durations(100, 3'600'000));
}

/// Returns the level's name as used in answers.
std::string_view name_of(persistence::durability level);

/// Reads the command line. Returns nothing if the process should end with `exit_code`, because help
/// was requested or there is an error; either has been printed.
std::optional<options> read_options(int argc, char** argv, int& exit_code);

} // namespace rota::daemon
