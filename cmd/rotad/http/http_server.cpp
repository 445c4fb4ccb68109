#include "cmd/rotad/http/http_server.hpp"

#include "cmd/rotad/http/http_target.hpp"
#include "cmd/rotad/http/web_files.hpp"
#include "cmd/rotad/metrics/daemon_metrics.hpp"
#include "wire/time_text.hpp"

#include <utility>

namespace rota::daemon {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

/// Maximum number of open connections; a scraper, a probe and some people need few.
constexpr std::size_t connections_max = 128;
constexpr std::string_view api_root = "/api/";
constexpr std::string_view metrics_type = "text/plain; version=0.0.4; charset=utf-8";

} // namespace

http_server::http_server(asio::io_context& io, const options& o, answer_gate& gate,
                         const wire_counters& wire)
    : io_(io),
      options_(o),
      gate_(gate),
      wire_(wire),
      port_(io, "an HTTP connection",
            [this](tcp::socket socket) { on_accepted(std::move(socket)); }),
      scrape_(*client_, o.metrics_tenants),
      history_(io, *client_, o.plot, o.metrics_tenants),
      api_(*client_, o),
      started_us_(wire::wall_time_us()) {}

std::optional<std::string> http_server::listen() {
  const auto bound = port_.bind(*options_.http);
  if (bound)
    return bound;
  on_loopback_ = port_.where().address().is_loopback();
  return port_.open();
}

std::string http_server::address() const { return to_text(port_.where()); }

// -- runtimes -------------------------------------------------------------------------------------

void http_server::attach(std::shared_ptr<actors::engine_runtime> runtime, std::uint64_t epoch) {
  runtime_ = std::move(runtime);
  if (phase_ == phase::stopping)
    return;
  phase_ = phase::running;
  client_->attach(*runtime_, gate_, epoch, options_.durability);
  history_.begin();
}

void http_server::detach() {
  if (phase_ != phase::stopping)
    phase_ = phase::storage_failed;
  scrape_.invalidate();
  history_.end();
  runtime_.reset();
  client_->detach();
}

void http_server::stop() {
  phase_ = phase::stopping;
  scrape_.invalidate();
  history_.end();
  client_->detach();
}

// -- connections ----------------------------------------------------------------------------------

void http_server::on_accepted(tcp::socket socket) {
  const auto c = std::make_shared<http_connection>(std::move(socket), *this);
  const bool full = connections_.size() >= connections_max;
  connections_.insert(c);
  counters_.open = connections_.size();
  if (full)
    c->refuse(text_answer(503, "too many HTTP connections are open"));
  else
    c->start();
}

void http_server::closed(const std::shared_ptr<http_connection>& c) {
  connections_.erase(c);
  counters_.open = connections_.size();
}

void http_server::close_all() {
  port_.close();
  const auto connections = connections_;
  for (const auto& c : connections)
    c->close();
}

bool http_server::accepts_host(std::string_view host) const {
  return !on_loopback_ || host.empty() || is_own_host(host);
}

// -- pages ----------------------------------------------------------------------------------------

void http_server::serve(const http_query& query, http_responder respond) {
  if (query.path == "/healthz")
    return respond(health());
  if (query.path == "/readyz")
    return respond(readiness());
  if (query.path == "/metrics")
    return metrics(std::move(respond));
  if (query.path.starts_with(api_root))
    return api(query, std::move(respond));
  auto file = web_file(query.path);
  respond(file ? std::move(*file) : text_answer(404, "not found"));
}

http_answer http_server::health() const {
  if (phase_ == phase::storage_failed)
    return text_answer(503, "the storage failed and is being reopened");
  return text_answer(200, "alive");
}

http_answer http_server::readiness() const {
  switch (phase_) {
  case phase::recovering: return text_answer(503, "recovering");
  case phase::storage_failed: return text_answer(503, "the storage failed and is being reopened");
  case phase::stopping: return text_answer(503, "stopping");
  case phase::running: break;
  }
  return runtime_->draining() ? text_answer(503, "draining") : text_answer(200, "ready");
}

void http_server::api(const http_query& query, http_responder respond) {
  const auto method = query.path.substr(api_root.size());
  if (phase_ != phase::running)
    return respond(refusal_of(
        wire::failure(wire::error_kind::unavailable, "the server is not ready; see /readyz")));
  if (method == "history") {
    const auto after = query.params.find("after");
    return respond(history_.answer(after == query.params.end() ? "" : after->second));
  }
  api_.serve(method, query, *runtime_, std::move(respond));
}

/// While the runtime cannot answer, only the daemon's own metrics are returned.
void http_server::metrics(http_responder respond) {
  scrape_.get([this, respond = std::move(respond)](const std::string* runtime) {
    const bool ready = readiness().status == 200;
    auto text = daemon_metrics({started_us_, ready, wire_, counters_});
    if (runtime != nullptr)
      text += *runtime;
    respond({200, metrics_type, std::move(text)});
  });
}

} // namespace rota::daemon
