#include "cmd/rota/work/held_leases.hpp"

#include "cmd/rota/params.hpp"
#include "wire/time_text.hpp"

#include <algorithm>

namespace rota::client {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds lease_time_default{30'000};
constexpr milliseconds lease_time_min{300};
constexpr milliseconds remaining_time_min{1000};

worker_job read_job(json_value lease, json_value job) {
  worker_job read;
  read.lease = text_in(lease, "lease");
  read.type = text_in(lease, "type");
  read.tenant = text_in(lease, "tenant");
  read.id = text_in(job, "id");
  read.payload = member_of(job, "payload").raw();
  read.attempt = static_cast<std::uint32_t>(member_of(job, "attempt").as_int64().value_or(1));
  if (const json_value checkpoint = member_of(job, "checkpoint"); !checkpoint.is_null())
    read.checkpoint = checkpoint.raw();
  engine::trace_context trace{text_in(job, "traceparent"), text_in(job, "tracestate")};
  if (!trace.parent.empty())
    read.trace = std::move(trace);
  return read;
}

} // namespace

std::vector<worker_job> held_leases::add(json_value lease, clock::time_point now,
                                         std::int64_t wall_us) {
  std::vector<worker_job> jobs;
  for (const json_value job : array_in(lease, "jobs"))
    jobs.push_back(read_job(lease, job));
  if (jobs.empty())
    return jobs;
  milliseconds time = fixed_time_.value_or(milliseconds::max());
  const auto deadline = wire::parse_time(text_in(lease, "deadline"));
  if (deadline && !fixed_time_)
    time = std::max(milliseconds{(*deadline - wall_us) / 1000}, remaining_time_min);
  const worker_job& first = jobs.front();
  leases_.insert_or_assign(first.lease, lease_state{first.type, time, now, jobs.size()});
  return jobs;
}

bool held_leases::settle(const std::string& lease) {
  const auto found = leases_.find(lease);
  if (found == leases_.end() || --found->second.jobs > 0)
    return false;
  leases_.erase(found);
  return true;
}

std::vector<std::string> held_leases::ids() const {
  std::vector<std::string> all;
  for (const auto& [id, lease] : leases_)
    all.push_back(id);
  return all;
}

std::optional<held_leases::clock::time_point> held_leases::next_extension() const {
  std::optional<clock::time_point> first;
  for (const auto& [id, lease] : leases_) {
    milliseconds time = lease.time;
    if (!fixed_time_) {
      const auto known = lease_times_.find(lease.type);
      time = std::min(time, known == lease_times_.end() ? lease_time_default : known->second);
    }
    const clock::time_point due = lease.extended_at + std::max(time, lease_time_min) / 3;
    if (!first || due < *first)
      first = due;
  }
  return first;
}

void held_leases::mark_extended(clock::time_point now) {
  for (auto& [id, lease] : leases_)
    lease.extended_at = now;
}

std::optional<std::string> held_leases::next_type_to_request() {
  if (fixed_time_)
    return std::nullopt;
  for (const auto& [id, lease] : leases_) {
    if (requested_types_.insert(lease.type).second)
      return lease.type;
  }
  return std::nullopt;
}

} // namespace rota::client
