// The HTTP port: health, metrics, the web page and its API.
#pragma once
#include "cmd/rotad/counters.hpp"
#include "cmd/rotad/http/http_api.hpp"
#include "cmd/rotad/http/http_connection.hpp"
#include "cmd/rotad/http/metrics_history.hpp"
#include "cmd/rotad/http/metrics_scrape.hpp"
#include "cmd/rotad/http/runtime_client.hpp"
#include "cmd/rotad/listener.hpp"
#include "cmd/rotad/options.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <optional>
#include <string>
#include <unordered_set>

namespace rota::daemon {

/// Lives on the io thread. The port is open from the daemon's start to its end, so that it can
/// report why the daemon is not ready. Read-only.
class http_server {
public:
  http_server(boost::asio::io_context& io, const options& o, answer_gate& gate,
              const wire_counters& wire);

  /// Binds the port and accepts connections. Returns an error text, or nothing.
  std::optional<std::string> listen();
  std::string address() const;

  void attach(std::shared_ptr<actors::engine_runtime> runtime, std::uint64_t epoch);
  /// The storage failed.
  void detach();
  /// The daemon is ending: reports not ready and sends no more requests to the runtime.
  void stop();
  void close_all();

  // -- for connections ----------------------------------------------------------------------------

  void serve(const http_query& query, http_responder respond);
  /// Whether requests with this Host header are accepted.
  bool accepts_host(std::string_view host) const;
  http_counters& counters() { return counters_; }
  void closed(const std::shared_ptr<http_connection>& c);

private:
  /// The daemon's state as reported by the readiness check.
  enum class phase { recovering, running, storage_failed, stopping };

  void on_accepted(boost::asio::ip::tcp::socket socket);
  http_answer health() const;
  http_answer readiness() const;
  void metrics(http_responder respond);
  void api(const http_query& query, http_responder respond);

  boost::asio::io_context& io_;
  const options& options_;
  answer_gate& gate_;
  const wire_counters& wire_;
  listener port_;
  std::shared_ptr<actors::engine_runtime> runtime_;
  std::shared_ptr<runtime_client> client_ = std::make_shared<runtime_client>();
  metrics_scrape scrape_;
  metrics_history history_;
  http_api api_;
  phase phase_ = phase::recovering;
  std::int64_t started_us_;
  bool on_loopback_ = true;
  http_counters counters_;
  std::unordered_set<std::shared_ptr<http_connection>> connections_;
};

} // namespace rota::daemon
