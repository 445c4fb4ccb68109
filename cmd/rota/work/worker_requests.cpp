#include "cmd/rota/params.hpp"
#include "cmd/rota/work/worker.hpp"
#include "json/write.hpp"

#include <algorithm>
#include <utility>

// The worker's requests to the daemon and their answers.

namespace rota::client {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds answer_patience{30'000};
constexpr milliseconds pop_patience{10'000}; // In addition to the time that the daemon may hold it.
constexpr milliseconds empty_pop_delay{250}; // Between pops that are answered at once with nothing.

std::int64_t wall_clock_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string leases_params(const std::vector<std::string>& leases,
                          std::optional<milliseconds> lease_ms = std::nullopt) {
  std::string params;
  json_writer writer{params};
  writer.begin_object();
  write_texts(writer, "leases", leases);
  if (lease_ms)
    writer.member("lease_ms", lease_ms->count());
  writer.end_object();
  return params;
}

} // namespace

void worker::send(request_kind kind, std::string_view method, const std::string& params,
                  milliseconds patience, std::vector<std::string> subjects) {
  const clock::time_point now = clock::now();
  const std::int64_t id = server_->send(method, params);
  pending_.emplace(id, pending_request{kind, now, now + patience, std::move(subjects)});
}

bool worker::is_pending(request_kind kind) const {
  return std::any_of(pending_.begin(), pending_.end(),
                     [&](const auto& entry) { return entry.second.kind == kind; });
}

void worker::send_what_is_due(clock::time_point now) {
  if (!connected())
    return;
  if (now >= results_at_) {
    if (const auto request = outbox_.next()) {
      send(request_kind::results, request->method, request->params, answer_patience);
    }
  }
  if (!to_release_.empty())
    send_release();
  if (const auto due = leases_.extend_at(); due && *due <= now)
    send_extend(now);
  while (const auto type = leases_.type_to_ask()) {
    std::string params;
    json_writer{params}.begin_object().member("name", *type).end_object();
    send(request_kind::type_settings, "type.get", params, answer_patience, {*type});
  }
  send_pop(now);
}

void worker::send_pop(clock::time_point now) {
  if (stopping() || now < pop_at_ || jobs_.size() >= options_.jobs)
    return;
  if (is_pending(request_kind::pop))
    return;
  const std::size_t leases = std::min(options_.jobs - jobs_.size(), options_.leases_max);
  std::string params;
  json_writer writer{params};
  writer.begin_object().member("worker", options_.name);
  if (!options_.types.empty())
    write_texts(writer, "types", options_.types);
  writer.member("leases", static_cast<std::int64_t>(leases));
  writer.member("wait_ms", options_.pop_wait.count());
  if (options_.lease_ms)
    writer.member("lease_ms", options_.lease_ms->count());
  writer.end_object();
  send(request_kind::pop, "job.pop", params, options_.pop_wait + pop_patience);
}

void worker::send_extend(clock::time_point now) {
  if (is_pending(request_kind::extend))
    return;
  leases_.extended(now);
  send(request_kind::extend, "job.extend", leases_params(leases_.leases(), options_.lease_ms),
       answer_patience);
}

void worker::send_release() {
  auto leases = std::exchange(to_release_, {});
  const std::string params = leases_params(leases);
  send(request_kind::release, "job.release", params, answer_patience, std::move(leases));
}

void worker::take_messages() {
  while (connected()) {
    const auto message = server_->next();
    if (!message)
      break;
    if (message->what == wire::message::type::notification)
      continue;
    take_answer(*message);
  }
  if (connected() && !server_->is_open())
    connection_lost(server_->lost_reason());
}

void worker::take_answer(const wire::message& answer) {
  const auto found = pending_of(answer);
  if (found == pending_.end())
    return;
  const pending_request request = std::move(found->second);
  pending_.erase(found);
  answered(request, answer);
}

// An error without an id refers to a line that the daemon could not read. Only a request with
// results can be that large or malformed.
std::map<std::int64_t, worker::pending_request>::iterator
worker::pending_of(const wire::message& answer) {
  if (answer.id)
    return pending_.find(*answer.id);
  return std::find_if(pending_.begin(), pending_.end(),
                      [](const auto& entry) { return entry.second.kind == request_kind::results; });
}

void worker::answered(const pending_request& request, const wire::message& answer) {
  const json_value body{answer.body};
  const bool refused = answer.what == wire::message::type::error;
  switch (request.kind) {
  case request_kind::pop:
    if (refused) {
      pop_refused(wire::read_call_error(answer.body));
    } else {
      popped(request, body);
    }
    break;
  case request_kind::extend:
    if (!refused)
      extended(body);
    break;
  case request_kind::results:
    if (refused) {
      const auto error = wire::read_call_error(answer.body);
      if (may_pass(error.kind))
        results_at_ = clock::now() + retry_delay;
      settle(outbox_.refused(error));
    } else {
      results_answered(body);
    }
    break;
  case request_kind::release: break;
  case request_kind::type_settings:
    if (const auto time = at_pointer(body, "/lease_ms"); time && time->as_int64()) {
      leases_.type_told(request.subjects.front(), milliseconds{*time->as_int64()});
    }
    break;
  }
}

// Leases that arrive after a request to stop are released at once.
void worker::popped(const pending_request& request, json_value result) {
  const json_array leases = array_in(result, "leases");
  const clock::time_point now = clock::now();
  if (leases.empty())
    pop_at_ = std::max(now, request.sent + empty_pop_delay);
  for (const json_value lease : leases) {
    if (stopping()) {
      to_release_.push_back(at_pointer(lease, "/lease").value_or(json_value{}).as_string());
      continue;
    }
    for (leased_job& job : leases_.take(lease, now, wall_clock_us()))
      jobs_.start(std::move(job));
  }
}

void worker::pop_refused(const wire::call_error& error) {
  pop_at_ = clock::now() + retry_delay;
  if (may_pass(error.kind))
    return;
  status_ = report(error);
  stop_requests_ = std::max(stop_requests_, 1);
}

void worker::extended(json_value result) {
  for (const json_value lease : array_in(result, "unknown")) {
    jobs_.stop(lease.as_string(), {}, job_pool::stop_reason::lost);
  }
  for (const json_value lease : array_in(result, "cancelled")) {
    jobs_.stop(lease.as_string(), {}, job_pool::stop_reason::cancelled);
  }
  for (const json_value job : array_in(result, "cancelled_jobs")) {
    const auto lease = at_pointer(job, "/lease");
    const auto id = at_pointer(job, "/job");
    if (!lease || !id)
      continue;
    jobs_.stop(lease->as_string(), id->as_string(), job_pool::stop_reason::cancelled);
  }
}

void worker::results_answered(json_value result) {
  listener_.results_answered(result.raw());
  settle(outbox_.answered(result));
}

void worker::settle(const std::vector<settled_outcome>& settled) {
  for (const settled_outcome& each : settled) {
    leases_.settle(each.outcome.lease);
    listener_.settled(each);
  }
}

// A held pop could still be answered with leases that nobody would work on. Shutting down the
// sending side makes the daemon end it; leases that arrive anyway are released.
void worker::drain_pop() {
  if (!connected() || !is_pending(request_kind::pop))
    return;
  server_->shut_down_sending();
  const clock::time_point until = clock::now() + options_.pop_wait + milliseconds{1000};
  while (is_pending(request_kind::pop)) {
    const auto left = std::chrono::ceil<milliseconds>(until - clock::now());
    const auto message = server_->receive(std::max(left, milliseconds{0}));
    if (!message)
      break;
    take_answer(*message);
  }
  if (to_release_.empty())
    return;
  auto fresh = wire::client::connect(options_.server);
  const bool released = fresh && fresh->call("job.release", leases_params(to_release_));
  if (!released)
    note("the last leases could not be released; they will expire");
}

} // namespace rota::client
