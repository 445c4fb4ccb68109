#include "cmd/rotad/change_log.hpp"

#include "cmd/rotad/log.hpp"

namespace rota::daemon {
namespace {

constexpr std::size_t params_max = 4096;

bool changes_settings(protocol::method m) {
  using enum protocol::method;
  switch (m) {
  case executor_put:
  case executor_remove:
  case key_delete:
  case key_put:
  case pool_put:
  case queue_pause:
  case queue_resume:
  case server_drain:
  case tenant_delete:
  case tenant_put:
  case type_delete:
  case type_put: return true;
  default: return false;
  }
}

/// Workers and producers cancel single jobs all day; a whole queue is an operator's doing.
bool is_bulk(protocol::method m, json_value params) {
  const bool takes_filter = m == protocol::method::job_cancel || m == protocol::method::job_retry;
  return takes_filter && !params.as_object().find("ids");
}

} // namespace

std::string params_for_log(protocol::method method, json_value params) {
  if (!changes_settings(method) && !is_bulk(method, params))
    return {};
  const auto text = params.raw();
  return text.size() <= params_max ? std::string{text} : R"("longer than 4096 bytes")";
}

void log_change(const logged_change& change, const formatted& answer) {
  const auto* failure = std::get_if<protocol::rpc_failure>(&answer);
  log_line(spdlog::level::info, "changed", "change requested",
           {{"method", to_text(change.method)},
            {"outcome", failure != nullptr ? protocol::name_of(failure->kind) : "ok"},
            {"client", change.client},
            {"request", log_field::raw{change.id.empty() ? "null" : change.id}},
            {"params", log_field::raw{change.params}}});
}

} // namespace rota::daemon
