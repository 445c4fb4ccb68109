#include "cmd/rotad/change_log.hpp"

#include "cmd/rotad/log.hpp"

namespace rota::daemon {
namespace {

constexpr std::size_t params_max = 4096;

} // namespace

std::string params_for_log(const wire::method& method, json_value params) {
  if (!is_logged(method, params))
    return {};
  const auto text = params.raw();
  return text.size() <= params_max ? std::string{text} : R"("longer than 4096 bytes")";
}

void log_change(const logged_change& change, const wire::answer& answer) {
  const auto* failure = std::get_if<wire::rpc_failure>(&answer);
  log_line(spdlog::level::info, "changed", "change requested",
           {{"method", change.method},
            {"outcome", failure != nullptr ? wire::name_of(failure->kind) : "ok"},
            {"client", change.client},
            {"request", log_field::raw{change.id.empty() ? "null" : change.id}},
            {"params", log_field::raw{change.params}}});
}

} // namespace rota::daemon
