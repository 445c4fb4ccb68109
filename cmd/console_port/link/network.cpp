#include "cmd/console_port/link/network.hpp"

#include <caf/io/middleman.hpp>
#include <caf/openssl/manager.hpp>

#include <chrono>
#include <vector>

namespace rota::console {

/// A side that is silent for so long is gone.
constexpr caf::timespan silence_max = std::chrono::seconds{10};
constexpr caf::timespan heartbeat = std::chrono::seconds{2};

caf::actor_system_config network_config(const std::optional<tls_files>& tls) {
  caf::actor_system_config config;
  config.load<caf::io::middleman>();
  config.set("scheduler.max-threads", std::size_t{1});
  config.set("scheduler.max-throughput", std::size_t{200});
  config.set("scheduler.policy", caf::atom("sharing")); // sleeps when idle
  config.set("middleman.app-identifiers", std::vector<std::string>{"rota-console-1"});
  config.set("middleman.heartbeat-interval", heartbeat);
  config.set("middleman.connection-timeout", silence_max);
  // CAF's workers read messages beside its broker, and lose the sender of one now and then when many consoles come at a
  // time: it would wait for its answer for ever.
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
