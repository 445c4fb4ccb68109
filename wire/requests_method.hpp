// The methods of the wire, by name.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rota::protocol {

enum class method : std::uint8_t {
  events_subscribe,
  events_unsubscribe,
  executor_list,
  executor_put,
  executor_remove,
  job_cancel,
  job_complete,
  job_defer,
  job_explain,
  job_extend,
  job_get,
  job_list,
  job_output,
  job_pop,
  job_push,
  job_release,
  job_retry,
  key_delete,
  key_list,
  key_put,
  pool_list,
  pool_put,
  queue_list,
  queue_pause,
  queue_resume,
  server_drain,
  server_info,
  server_stats,
  tenant_delete,
  tenant_get,
  tenant_list,
  tenant_put,
  type_delete,
  type_get,
  type_list,
  type_put,
};

inline constexpr std::size_t method_count = static_cast<std::size_t>(method::type_put) + 1;

/// "job.push"
std::string_view to_text(method m);
/// O(log methods); nothing when there is no such method.
std::optional<method> method_from(std::string_view name);

} // namespace rota::protocol
