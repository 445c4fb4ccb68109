#include "wire/answers.hpp"

namespace rota::wire {

rpc_failure failure_of(const refusal& r) {
  switch (r.what) {
  case error_kind::queue_full: return queue_full(r.tenant, r.retry_after.count(), r.message);
  case error_kind::wrong_state: return wrong_state(r.state, r.message);
  case error_kind::invalid: return invalid_params({r.path, r.message});
  default: return failure(r.what, r.message);
  }
}

void write(json_writer& out, const list_settings_reply& page) {
  out.begin_object().key(plural_of(page.kind)).begin_array();
  for (const auto& setting : page.settings)
    write(out, setting);
  out.end_array();
  write_member(out.key("cursor"), page.cursor, null_if_empty(engine::any_value));
  out.end_object();
}

std::size_t expected_bytes(const pop_reply& r) {
  constexpr std::size_t lease_bytes = 128;
  constexpr std::size_t job_bytes = 96;
  std::size_t bytes = 0;
  for (const auto& lease : r.leases) {
    bytes += lease_bytes;
    for (const auto& job : lease.jobs)
      bytes += job_bytes + job.payload.size();
  }
  return bytes;
}
void write(json_writer& out, const setting_view& view) {
  out.begin_object().member(name_member_of(view.kind), view.name);
  object_writer object{out};
  std::visit([&](const auto& value) { members(object, value); }, view.value);
  if (view.executor)
    members(object, *view.executor);
  out.end_object();
}

} // namespace rota::wire
