#include "cmd/console_port/link/network.hpp"

#include <caf/io/middleman.hpp>
#include <caf/openssl/manager.hpp>

#include <chrono>
#include <vector>

namespace rota::console {

/// A peer that is silent for this long is considered gone.
constexpr caf::timespan peer_timeout = std::chrono::seconds{10};
constexpr caf::timespan heartbeat = std::chrono::seconds{2};

caf::actor_system_config network_config(const std::optional<tls_files>& tls) {
  caf::actor_system_config config;
  config.load<caf::io::middleman>();
  config.set("scheduler.max-threads", std::size_t{1});
  config.set("scheduler.max-throughput", std::size_t{200});
  config.set("scheduler.policy", caf::atom("sharing")); // sleeps when idle
  config.set("middleman.app-identifiers", std::vector<std::string>{"rota-console-1"});
  config.set("middleman.heartbeat-interval", heartbeat);
  config.set("middleman.connection-timeout", peer_timeout);
  // When many consoles connect at once, CAF's workers, which read messages concurrently with its
  // broker, occasionally lose a message's sender, which would then never get its answer.
  config.set("middleman.workers", std::size_t{0});
  if (tls) {
    config.load<caf::openssl::manager>();
    config.set("openssl.certificate", tls->certificate);
    config.set("openssl.key", tls->key);
    config.set("openssl.cafile", tls->ca);
  }
  return config;
}

} // namespace rota::console
