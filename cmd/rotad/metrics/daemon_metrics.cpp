#include "cmd/rotad/metrics/daemon_metrics.hpp"

#include "cmd/rotad/metrics/metric_page.hpp"
#include "wire/version.hpp"

namespace rota::daemon {
namespace {

std::string method_name(std::size_t index) {
  const auto methods = wire::methods();
  return index == methods.size() ? "unknown" : std::string{methods[index].name};
}

std::string outcome_name(std::size_t index) {
  return index == wire::error_kind_count
             ? "ok"
             : std::string{wire::name_of(static_cast<wire::error_kind>(index))};
}

/// Only counters above zero: the whole table would be hundreds of lines of zeros.
void add_requests(metric_page& page, const wire_counters& wire) {
  auto& requests = page.add_counters("rota_requests_total",
                                     "Requests answered, by method and outcome: ok or the kind of "
                                     "the error.");
  for (std::size_t method = 0; method < wire.answers.size(); ++method)
    for (std::size_t outcome = 0; outcome < wire.answers[method].size(); ++outcome)
      if (const auto count = wire.answers[method][outcome]; count > 0)
        set(requests, {{"method", method_name(method)}, {"outcome", outcome_name(outcome)}}, count);
}

void add_connections(metric_page& page, const wire_counters& wire) {
  set(page.add_gauges("rota_connections", "Open client connections."), {}, wire.open);
  set(page.add_counters("rota_connections_total", "Client connections accepted."), {},
      wire.accepted);
  set(page.add_counters("rota_connections_refused_total",
                        "Client connections refused because max_connections were open."),
      {}, wire.refused);
}

void add_http(metric_page& page, const http_counters& http) {
  auto& requests =
      page.add_counters("rota_http_requests_total", "HTTP requests answered, by status code.");
  for (const auto& [status, count] : http.answers)
    set(requests, {{"code", std::to_string(status)}}, count);
  set(page.add_gauges("rota_http_connections", "Open connections to the HTTP port."), {},
      http.open);
}

} // namespace

std::string daemon_metrics(const daemon_figures& f) {
  metric_page page;
  set(page.add_gauges("rota_build_info", "Always 1; the label is the version."),
      {{"version", std::string{version()}}}, 1);
  set(page.add_gauges("rota_start_time_seconds",
                      "Start time of the process, in seconds since 1970."),
      {}, static_cast<double>(f.started_us) / 1e6);
  set(page.add_gauges("rota_ready", "1 if the daemon is ready, as reported by /readyz."), {},
      f.ready ? 1 : 0);
  add_connections(page, f.wire);
  add_requests(page, f.wire);
  add_http(page, f.http);
  return page.text();
}

} // namespace rota::daemon
