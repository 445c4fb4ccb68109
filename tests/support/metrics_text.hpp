// Reading a page of metrics, and having Prometheus' own tool check it.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace rota::tests {

/// The value of a series, named as it stands on the page: `rota_jobs{state="ready",type="t"}`, labels
/// in the order of their names. Nothing when there is none.
std::optional<double> series(std::string_view page, std::string_view name);

/// What promtool has against a page of metrics; empty when nothing. Nothing: there is no promtool.
std::optional<std::string> flaws_of_metrics(const std::string& page);

} // namespace rota::tests
