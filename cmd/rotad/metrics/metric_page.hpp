// A page of metrics in Prometheus format.
#pragma once
#include "engine/queue/histogram.hpp"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <string>
#include <vector>

namespace rota::daemon {

/// Created for each scrape from figures kept elsewhere, so that a removed type or tenant leaves no
/// series behind.
class metric_page {
public:
  using labels = prometheus::Labels;

  using gauges = prometheus::Family<prometheus::Gauge>;
  using counters = prometheus::Family<prometheus::Counter>;
  using histograms = prometheus::Family<prometheus::Histogram>;

  gauges& add_gauges(const std::string& name, const std::string& help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry_);
  }
  counters& add_counters(const std::string& name, const std::string& help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry_);
  }
  histograms& add_histograms(const std::string& name, const std::string& help) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry_);
  }

  /// Returns the page in the text exposition format.
  std::string text() const { return prometheus::TextSerializer{}.Serialize(registry_.Collect()); }

private:
  prometheus::Registry registry_;
};

template <class Value>
void set(metric_page::gauges& family, const metric_page::labels& labels, Value value) {
  family.Add(labels).Set(static_cast<double>(value));
}

template <class Value>
void set(metric_page::counters& family, const metric_page::labels& labels, Value value) {
  family.Add(labels).Increment(static_cast<double>(value));
}

/// `per_unit`: how many of the histogram's units are one of the metric's. Values are divided by it,
/// because multiplying by the reciprocal would show 0.1 inexactly.
template <const auto& Bounds>
void set(metric_page::histograms& family, const metric_page::labels& labels,
         const engine::histogram<Bounds>& values, double per_unit) {
  std::vector<double> bounds;
  bounds.reserve(Bounds.size());
  for (const auto bound : Bounds)
    bounds.push_back(static_cast<double>(bound) / per_unit);
  family.Add(labels, bounds)
      .ObserveMultiple(std::vector<double>(values.counts.begin(), values.counts.end()),
                       static_cast<double>(values.sum) / per_unit);
}

} // namespace rota::daemon
