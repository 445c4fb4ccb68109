#include "cmd/rotad/metrics/metric_page.hpp"

#include <prometheus/text_serializer.h>

namespace rota::daemon {

metric_page::gauges& metric_page::add_gauges(const std::string& name, const std::string& help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry_);
}

metric_page::counters& metric_page::add_counters(const std::string& name, const std::string& help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry_);
}

metric_page::histograms& metric_page::add_histograms(const std::string& name,
                                                     const std::string& help) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry_);
}

std::string metric_page::text() const {
  return prometheus::TextSerializer{}.Serialize(registry_.Collect());
}

} // namespace rota::daemon
