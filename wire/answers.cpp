#include "wire/answers.hpp"

#include "wire/writing.hpp"

namespace rota::wire {
namespace {

rpc_failure failure_of(const refusal& r) {
  switch (r.what) {
  case error_kind::queue_full: return queue_full(r.tenant, r.retry_after.count(), r.message);
  case error_kind::wrong_state: return wrong_state(r.state, r.message);
  case error_kind::invalid: return invalid_params({r.path, r.message});
  default: return failure(r.what, r.message);
  }
}

void write(json_writer& out, const list_settings_reply& r) {
  out.begin_object().key(plural_of(r.kind)).begin_array();
  for (const auto& setting : r.settings)
    write(out, setting);
  out.end_array().key("cursor");
  if (r.cursor.empty())
    out.null();
  else
    out.string(r.cursor);
  out.end_object();
}

/// An estimate of a reply's JSON without its payloads, usually too high, so that a long text is
/// allocated once.
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
std::size_t expected_bytes(const auto&) { return 0; }

} // namespace

void write(json_writer& out, const setting_view& view) {
  out.begin_object().member(name_member_of(view.kind), view.name);
  object_writer object{out};
  std::visit([&](const auto& value) { members(object, value); }, view.value);
  if (view.executor)
    members(object, *view.executor);
  out.end_object();
}

answer to_answer(reply what, std::string_view durability) {
  if (const auto* refused = std::get_if<refusal>(&what))
    return failure_of(*refused);
  std::string text;
  json_writer out{text};
  std::visit(
      [&](auto& r) {
        if constexpr (requires { r.durability; })
          r.durability = durability;
        if constexpr (!std::is_same_v<decltype(r), refusal&>) {
          out.reserve(expected_bytes(r));
          write(out, r);
        }
      },
      what);
  return text;
}

} // namespace rota::wire
