#include "cmd/rota/work/lease_book.hpp"

#include "cmd/rota/params.hpp"
#include "wire/time_text.hpp"

#include <algorithm>

namespace rota::client {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds default_time{30'000};
constexpr milliseconds shortest_time{300};
constexpr milliseconds shortest_left{1000};

leased_job read_job(json_value job) {
  leased_job read;
  engine::trace_context trace;
  for (const auto& [name, value] : job.as_object()) {
    if (name == "id")
      read.id = value.as_string();
    if (name == "payload")
      read.payload = value.raw();
    if (name == "attempt")
      read.attempt = value.as_int64().value_or(1);
    if (name == "checkpoint" && !value.is_null())
      read.checkpoint = std::string(value.raw());
    if (name == "traceparent")
      trace.parent = value.as_string();
    if (name == "tracestate")
      trace.state = value.as_string();
  }
  if (!trace.parent.empty())
    read.trace = std::move(trace);
  return read;
}

std::string text_of(json_value object, std::string_view name) {
  const auto member = object.as_object().find(name);
  return member ? member->as_string() : std::string{};
}

} // namespace

std::vector<leased_job> lease_book::take(json_value lease, clock::time_point now,
                                         std::int64_t wall_us) {
  const std::string id = text_of(lease, "lease");
  const std::string type = text_of(lease, "type");
  const std::string tenant = text_of(lease, "tenant");
  std::vector<leased_job> jobs;
  for (const json_value job : array_in(lease, "jobs")) {
    leased_job read = read_job(job);
    read.lease = id;
    read.type = type;
    read.tenant = tenant;
    jobs.push_back(std::move(read));
  }
  milliseconds time = fixed_.value_or(milliseconds::max());
  if (const auto deadline = wire::parse_time(text_of(lease, "deadline")); deadline && !fixed_) {
    time = std::max(milliseconds{(*deadline - wall_us) / 1000}, shortest_left);
  }
  if (!jobs.empty())
    held_.insert_or_assign(id, held_lease{type, time, now, jobs.size()});
  return jobs;
}

bool lease_book::settle(const std::string& lease) {
  const auto found = held_.find(lease);
  if (found == held_.end() || --found->second.jobs > 0)
    return false;
  held_.erase(found);
  return true;
}

std::vector<std::string> lease_book::leases() const {
  std::vector<std::string> all;
  for (const auto& [id, lease] : held_)
    all.push_back(id);
  return all;
}

std::optional<lease_book::clock::time_point> lease_book::extend_at() const {
  std::optional<clock::time_point> first;
  for (const auto& [id, lease] : held_) {
    milliseconds time = lease.time;
    if (!fixed_) {
      const auto known = times_.find(lease.type);
      time = std::min(time, known == times_.end() ? default_time : known->second);
    }
    const clock::time_point due = lease.extended_at + std::max(time, shortest_time) / 3;
    if (!first || due < *first)
      first = due;
  }
  return first;
}

void lease_book::extended(clock::time_point now) {
  for (auto& [id, lease] : held_)
    lease.extended_at = now;
}

std::optional<std::string> lease_book::type_to_ask() {
  if (fixed_)
    return std::nullopt;
  for (const auto& [id, lease] : held_) {
    if (asked_.insert(lease.type).second)
      return lease.type;
  }
  return std::nullopt;
}

} // namespace rota::client
