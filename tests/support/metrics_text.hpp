// Reads a page of metrics, and checks it with Prometheus' promtool.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace rota::tests {

/// The value of a series, named as on the page, with labels in the order of their names:
/// `rota_jobs{state="ready",type="t"}`. Nothing if the page does not have it.
std::optional<double> series(std::string_view page, std::string_view name);

/// The problems that promtool reports about a page of metrics; empty if it finds none. Nothing if
/// promtool is not installed.
std::optional<std::string> flaws_of_metrics(const std::string& page);

} // namespace rota::tests
