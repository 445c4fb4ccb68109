#include "cmd/rota/params.hpp"
#include "cmd/rota/work/worker.hpp"

#include <algorithm>
#include <utility>

// The worker's requests to the server and their answers.

namespace rota::client {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds answer_timeout{30'000};
constexpr milliseconds pop_timeout{10'000};  // In addition to the time that the server may hold it.
constexpr milliseconds empty_pop_delay{250}; // Between pops that are answered at once with nothing.

std::int64_t wall_clock_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

json_members leases_params(const std::vector<std::string>& leases) {
  json_members params;
  params.put("leases", leases);
  return params;
}

std::optional<std::int64_t> count_of(std::optional<milliseconds> time) {
  return time ? std::optional{std::int64_t{time->count()}} : std::nullopt;
}

} // namespace

void worker::send(request_kind kind, std::string_view method, const std::string& params,
                  std::vector<std::string> subjects) {
  const clock::time_point now = clock::now();
  const std::int64_t id = server_->send(method, params);
  const auto timeout = kind == request_kind::pop ? options_.pop_wait + pop_timeout : answer_timeout;
  pending_.emplace(id, pending_request{kind, now, now + timeout, std::move(subjects)});
}

bool worker::is_pending(request_kind kind) const {
  return std::any_of(pending_.begin(), pending_.end(),
                     [&](const auto& entry) { return entry.second.kind == kind; });
}

void worker::send_due_requests(clock::time_point now) {
  if (!is_connected())
    return;
  if (now >= results_at_) {
    if (const auto request = outbox_.next())
      send(request_kind::results, request->method, request->params);
  }
  if (!to_release_.empty())
    send_release();
  if (const auto due = leases_.next_extension(); due && *due <= now)
    send_extend(now);
  while (const auto type = leases_.next_type_to_request()) {
    json_members params;
    params.put("name", *type);
    send(request_kind::type_settings, "type.get", params.object(), {*type});
  }
  send_pop(now);
}

void worker::send_pop(clock::time_point now) {
  if (is_stopping() || now < pop_at_ || jobs_.size() >= options_.jobs)
    return;
  if (is_pending(request_kind::pop))
    return;
  const std::size_t leases = std::min(options_.jobs - jobs_.size(), options_.leases_max);
  json_members params;
  params.put("worker", options_.name);
  if (!options_.types.empty())
    params.put("types", options_.types);
  params.put("leases", static_cast<std::int64_t>(leases));
  params.put("wait_ms", std::int64_t{options_.pop_wait.count()});
  params.put("lease_ms", count_of(options_.lease_ms));
  send(request_kind::pop, "job.pop", params.object());
}

void worker::send_extend(clock::time_point now) {
  if (is_pending(request_kind::extend))
    return;
  leases_.mark_extended(now);
  json_members params = leases_params(leases_.ids());
  params.put("lease_ms", count_of(options_.lease_ms));
  send(request_kind::extend, "job.extend", params.object());
}

void worker::send_release() {
  auto leases = std::exchange(to_release_, {});
  const std::string params = leases_params(leases).object();
  send(request_kind::release, "job.release", params, std::move(leases));
}

void worker::take_messages() {
  while (is_connected()) {
    const auto message = server_->next();
    if (!message)
      break;
    if (message->what == wire::message::type::notification)
      continue;
    handle_message(*message);
  }
  if (is_connected() && !server_->is_open())
    connection_lost(server_->lost_reason());
}

void worker::handle_message(const wire::message& answer) {
  const auto found = pending_of(answer);
  if (found == pending_.end())
    return;
  const pending_request request = std::move(found->second);
  pending_.erase(found);
  handle_answer(request, answer);
}

// An error without an id refers to a line that the server could not read. Only a request with
// results can be that large or malformed.
std::map<std::int64_t, worker::pending_request>::iterator
worker::pending_of(const wire::message& answer) {
  if (answer.id)
    return pending_.find(*answer.id);
  return std::find_if(pending_.begin(), pending_.end(),
                      [](const auto& entry) { return entry.second.kind == request_kind::results; });
}

void worker::handle_answer(const pending_request& request, const wire::message& answer) {
  const json_value body{answer.body};
  const bool refused = answer.what == wire::message::type::error;
  switch (request.kind) {
  case request_kind::pop:
    if (refused) {
      handle_pop_refusal(wire::read_call_error(answer.body));
    } else {
      handle_leases(request, body);
    }
    break;
  case request_kind::extend:
    if (!refused)
      handle_extension(body);
    break;
  case request_kind::results:
    if (refused) {
      const auto error = wire::read_call_error(answer.body);
      if (is_temporary(error.kind))
        results_at_ = clock::now() + retry_delay;
      report_settled(outbox_.handle_refusal(error));
    } else {
      handle_results(body);
    }
    break;
  case request_kind::release: break;
  case request_kind::type_settings:
    if (const auto time = member_of(body, "lease_ms").as_int64())
      leases_.set_lease_time(request.subjects.front(), milliseconds{*time});
    break;
  }
}

// Leases that arrive after a request to stop are released at once.
void worker::handle_leases(const pending_request& request, json_value result) {
  const json_array leases = array_in(result, "leases");
  const clock::time_point now = clock::now();
  if (leases.empty())
    pop_at_ = std::max(now, request.sent + empty_pop_delay);
  for (const json_value lease : leases) {
    if (is_stopping()) {
      to_release_.push_back(text_in(lease, "lease"));
      continue;
    }
    for (worker_job& job : leases_.add(lease, now, wall_clock_us()))
      jobs_.start(std::move(job));
  }
}

void worker::handle_pop_refusal(const wire::call_error& error) {
  pop_at_ = clock::now() + retry_delay;
  if (is_temporary(error.kind))
    return;
  status_ = report(error);
  stop_requests_ = std::max(stop_requests_, 1);
}

void worker::handle_extension(json_value result) {
  for (const json_value lease : array_in(result, "unknown"))
    jobs_.stop(lease.as_string(), {}, running_jobs::stop_reason::lost);
  for (const json_value lease : array_in(result, "cancelled"))
    jobs_.stop(lease.as_string(), {}, running_jobs::stop_reason::cancelled);
  for (const json_value job : array_in(result, "cancelled_jobs")) {
    const std::string lease = text_in(job, "lease");
    const std::string id = text_in(job, "job");
    if (!lease.empty() && !id.empty())
      jobs_.stop(lease, id, running_jobs::stop_reason::cancelled);
  }
}

void worker::handle_results(json_value result) {
  listener_.results_answered(result.raw());
  report_settled(outbox_.handle_result(result));
}

void worker::report_settled(const std::vector<settled_outcome>& settled) {
  for (const settled_outcome& each : settled) {
    leases_.settle(each.outcome.lease);
    listener_.settled(each);
  }
}

// A held pop could still be answered with leases that this worker would not run. Shutting down the
// sending side makes the server end it; leases that arrive anyway are released.
void worker::end_pop() {
  if (!is_connected() || !is_pending(request_kind::pop))
    return;
  server_->shut_down_sending();
  const clock::time_point until = clock::now() + options_.pop_wait + milliseconds{1000};
  while (is_pending(request_kind::pop)) {
    const auto left = std::chrono::ceil<milliseconds>(until - clock::now());
    const auto message = server_->receive(std::max(left, milliseconds{0}));
    if (!message)
      break;
    handle_message(*message);
  }
  if (to_release_.empty())
    return;
  auto fresh = wire::client::connect(options_.server);
  const bool released = fresh && fresh->call("job.release", leases_params(to_release_).object());
  if (!released)
    report_message("the last leases could not be released; they will expire");
}

} // namespace rota::client
