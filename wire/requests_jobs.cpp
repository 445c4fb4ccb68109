#include "wire/requests_jobs.hpp"

#include "engine/settings_patch.hpp"

#include <cmath>

namespace rota::protocol {
namespace {

using engine::job_state;

bool read_cost(const param& p, engine::micro& into) {
  double number = 0;
  if (!read_number(p, number))
    return false;
  const auto cost = engine::quantity_from(number);
  if (!cost)
    return p.refuse("must be from 0.001 to 1000000");
  into = *cost;
  return true;
}

bool read_slots(const param& p, engine::micro& into) {
  double number = 0;
  if (!read_number(p, number))
    return false;
  if (!(number > 0 && number <= engine::most_quantity.as_double()))
    return p.refuse("must be greater than 0 and at most 1000000");
  const engine::micro slots{std::llround(number * engine::micro::scale)};
  into = std::max(slots, engine::micro{1});
  return true;
}

bool read_traceparent(const param& p, push_job& into) {
  auto& trace = into.spec.trace ? *into.spec.trace : into.spec.trace.emplace();
  if (!read_text(p, trace.parent))
    return false;
  return engine::is_traceparent(trace.parent) ||
         p.refuse("must be like 00-<32 hex>-<16 hex>-<2 hex>, in lower case, no id all zeros");
}

bool read_tracestate(const param& p, push_job& into) {
  auto& trace = into.spec.trace ? *into.spec.trace : into.spec.trace.emplace();
  if (!read_text(p, trace.state))
    return false;
  return engine::is_tracestate(trace.state) ||
         p.refuse("must be 1 to 512 bytes of printable ASCII");
}

constexpr member<push_job> job_members[] = {
    {"type", required, [](const param& p, push_job& j) { return read_name(p, j.type); }},
    {"tenant", required, [](const param& p, push_job& j) { return read_name(p, j.tenant); }},
    {"payload", optional, [](const param& p, push_job& j) { return read_json(p, j.spec.payload); }},
    {"priority", optional,
     [](const param& p, push_job& j) {
       return read_integer(p, {-engine::priority_max, engine::priority_max}, j.spec.priority);
     }},
    {"key", optional, [](const param& p, push_job& j) { return read_name(p, j.spec.key); }},
    {"not_before", optional,
     [](const param& p, push_job& j) { return read_time(p, j.not_before_us.emplace()); }},
    {"delay_ms", optional,
     [](const param& p, push_job& j) { return read_duration(p, any_duration_ms, j.delay); }},
    {"concurrency_key", optional,
     [](const param& p, push_job& j) { return read_name(p, j.spec.concurrency_key); }},
    {"cost", optional, [](const param& p, push_job& j) { return read_cost(p, j.spec.cost); }},
    {"slots", optional, [](const param& p, push_job& j) { return read_slots(p, j.spec.slots); }},
    {"max_attempts", optional,
     [](const param& p, push_job& j) {
       return read_integer(p, {1, engine::attempts_max}, j.spec.max_attempts);
     }},
    {"timeout_ms", optional,
     [](const param& p, push_job& j) {
       return read_duration(p, some_duration_ms, j.spec.timeout);
     }},
    {"lease_ms", optional,
     [](const param& p, push_job& j) { return read_duration(p, some_duration_ms, j.spec.lease); }},
    {"traceparent", optional, read_traceparent},
    {"tracestate", optional, read_tracestate},
};

bool read_push_job(const param& p, push_job& into) {
  if (!read_object(p, job_members, into))
    return false;
  if (into.not_before_us && into.delay)
    return p.member("delay_ms", {}).refuse("must not come together with not_before");
  if (into.spec.trace && into.spec.trace->parent.empty())
    return p.member("tracestate", {}).refuse("must come together with traceparent");
  return true;
}

constexpr member<push_request> push_members[] = {
    {"jobs", required,
     [](const param& p, push_request& r) { return read_array(p, r.jobs, read_push_job); }},
};

constexpr member<job_request> one_job_members[] = {
    {"id", required, [](const param& p, job_request& r) { return read_job_ref(p, r.job); }},
};

constexpr member<list_jobs_request> list_members[] = {
    {"tenant", optional,
     [](const param& p, list_jobs_request& r) { return read_name(p, r.tenant); }},
    {"type", optional, [](const param& p, list_jobs_request& r) { return read_name(p, r.type); }},
    {"state", optional,
     [](const param& p, list_jobs_request& r) { return read_state(p, r.state.emplace()); }},
    {"limit", optional,
     [](const param& p, list_jobs_request& r) { return read_integer(p, page_limit, r.limit); }},
    {"cursor", optional,
     [](const param& p, list_jobs_request& r) { return read_text(p, r.cursor); }},
};

constexpr std::pair<std::string_view, output_stream> streams[] = {
    {"stdout", output_stream::standard_output},
    {"stderr", output_stream::standard_error},
};

constexpr member<output_request> output_members[] = {
    {"id", required, [](const param& p, output_request& r) { return read_job_ref(p, r.job); }},
    {"stream", required,
     [](const param& p, output_request& r) { return read_word(p, streams, r.stream); }},
    {"offset", optional,
     [](const param& p, output_request& r) {
       return read_integer(p, {0, INT64_MAX}, r.offset);
     }},
    {"limit", optional,
     [](const param& p, output_request& r) {
       return read_integer(p, {1, 1 << 24}, r.limit);
     }},
};

struct selection {
  select_jobs_request request;
  bool limited = false;
};

constexpr member<selection> select_members[] = {
    {"ids", optional,
     [](const param& p, selection& s) {
       return read_array(p, s.request.ids.emplace(), read_job_ref);
     }},
    {"tenant", optional,
     [](const param& p, selection& s) { return read_name(p, s.request.tenant); }},
    {"type", optional, [](const param& p, selection& s) { return read_name(p, s.request.type); }},
    {"limit", optional,
     [](const param& p, selection& s) {
       s.limited = true;
       return read_integer(p, {1, 100'000}, s.request.limit);
     }},
};

/// Either ids or a filter, so that no member is silently without effect.
bool agree(const param& p, const selection& s) {
  const auto& r = s.request;
  if (!r.ids && !r.tenant && !r.type)
    return p.refuse("must have ids, tenant or type");
  if (r.ids && (r.tenant || r.type || s.limited))
    return p.member("ids", {}).refuse("must not come together with tenant, type or limit");
  return true;
}

} // namespace

bool read_job_ref(const param& p, job_ref& into) {
  if (!p.value().is_string())
    return p.refuse("must be a string");
  std::string scratch;
  const auto text = p.value().as_string(scratch);
  into.id = engine::job_id_from(text);
  if (!into.id)
    into.unknown.assign(text);
  return true;
}

decoded<push_request> decode_push(json_value params) { return decode(params, push_members); }

decoded<job_request> decode_job(json_value params) { return decode(params, one_job_members); }

decoded<list_jobs_request> decode_list_jobs(json_value params) {
  return decode(params, list_members);
}

decoded<output_request> decode_output(json_value params) { return decode(params, output_members); }

decoded<select_jobs_request> decode_select_jobs(json_value params) {
  auto selected = decode(params, select_members, agree);
  if (!selected)
    return selected.error();
  return std::move(selected->request);
}

} // namespace rota::protocol
