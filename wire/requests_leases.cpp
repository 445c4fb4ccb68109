#include "wire/requests_leases.hpp"

namespace rota::protocol {
namespace {

/// Most leases that one pop may ask for, and most jobs of one lease.
constexpr integer_range leases_of_a_pop{1, 10'000};
constexpr integer_range jobs_of_a_lease{1, 100'000};

bool read_lease_ref(const param& p, lease_ref& into) {
  if (!p.value().is_string())
    return p.refuse("must be a string");
  std::string scratch;
  const auto text = p.value().as_string(scratch);
  into.id = engine::attempt_id_from(text);
  if (!into.id)
    into.unknown.assign(text);
  return true;
}

bool read_types(const param& p, std::vector<std::string>& into) {
  const auto name = [](const param& element, std::string& type) {
    return read_name(element, type);
  };
  return read_array(p, into, name) && (!into.empty() || p.refuse("must not be empty"));
}

constexpr member<pop_request> pop_members[] = {
    {"worker", required, [](const param& p, pop_request& r) { return read_name(p, r.worker); }},
    {"types", optional, [](const param& p, pop_request& r) { return read_types(p, r.types); }},
    {"leases", optional,
     [](const param& p, pop_request& r) { return read_integer(p, leases_of_a_pop, r.leases); }},
    {"max_jobs", optional,
     [](const param& p, pop_request& r) { return read_integer(p, jobs_of_a_lease, r.max_jobs); }},
    {"wait_ms", optional,
     [](const param& p, pop_request& r) { return read_duration(p, any_duration_ms, r.wait); }},
    {"lease_ms", optional,
     [](const param& p, pop_request& r) { return read_duration(p, some_duration_ms, r.lease); }},
};

constexpr member<engine::failure> failure_members[] = {
    {"message", required,
     [](const param& p, engine::failure& f) { return read_text(p, f.message); }},
    {"kind", optional, [](const param& p, engine::failure& f) { return read_name(p, f.kind); }},
};

constexpr std::pair<std::string_view, bool> outcomes[] = {{"succeeded", true}, {"failed", false}};

constexpr member<completion> completion_members[] = {
    {"lease", required, [](const param& p, completion& c) { return read_lease_ref(p, c.lease); }},
    {"job", optional,
     [](const param& p, completion& c) { return read_job_ref(p, c.job.emplace()); }},
    {"outcome", required,
     [](const param& p, completion& c) { return read_word(p, outcomes, c.how.succeeded); }},
    {"result", optional, [](const param& p, completion& c) { return read_json(p, c.how.result); }},
    {"error", optional,
     [](const param& p, completion& c) {
       return read_object(p, failure_members, c.how.error.emplace());
     }},
    {"retryable", optional,
     [](const param& p, completion& c) { return read_boolean(p, c.how.retryable); }},
};

bool read_completion(const param& p, completion& into) {
  if (!read_object(p, completion_members, into))
    return false;
  if (into.how.succeeded && into.how.error)
    return p.member("error", {}).refuse("must not come together with outcome succeeded");
  return true;
}

constexpr member<complete_request> complete_members[] = {
    {"results", required,
     [](const param& p, complete_request& r) { return read_array(p, r.results, read_completion); }},
};

constexpr member<extend_request> extend_members[] = {
    {"leases", required,
     [](const param& p, extend_request& r) { return read_array(p, r.leases, read_lease_ref); }},
    {"lease_ms", optional,
     [](const param& p, extend_request& r) { return read_duration(p, some_duration_ms, r.lease); }},
};

constexpr member<release_request> release_members[] = {
    {"leases", required,
     [](const param& p, release_request& r) { return read_array(p, r.leases, read_lease_ref); }},
};

constexpr member<deferral> deferral_members[] = {
    {"lease", required, [](const param& p, deferral& d) { return read_lease_ref(p, d.lease); }},
    {"job", optional, [](const param& p, deferral& d) { return read_job_ref(p, d.job.emplace()); }},
    {"after_ms", optional,
     [](const param& p, deferral& d) { return read_duration(p, any_duration_ms, d.after); }},
    {"checkpoint", optional,
     [](const param& p, deferral& d) { return read_json(p, d.checkpoint); }},
};

bool read_deferral(const param& p, deferral& into) {
  return read_object(p, deferral_members, into);
}

constexpr member<defer_request> defer_members[] = {
    {"leases", required,
     [](const param& p, defer_request& r) { return read_array(p, r.leases, read_deferral); }},
};

} // namespace

decoded<pop_request> decode_pop(json_value params) { return decode(params, pop_members); }

decoded<complete_request> decode_complete(json_value params) {
  return decode(params, complete_members);
}

decoded<extend_request> decode_extend(json_value params) { return decode(params, extend_members); }

decoded<release_request> decode_release(json_value params) {
  return decode(params, release_members);
}

decoded<defer_request> decode_defer(json_value params) { return decode(params, defer_members); }

} // namespace rota::protocol
