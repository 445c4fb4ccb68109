#include "cmd/rota/work/worker.hpp"

#include "cmd/rota/stop_signals.hpp"
#include "cmd/rota/text.hpp"

#include <poll.h>

#include <algorithm>
#include <utility>

namespace rota::client {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds first_reconnect_delay{100};
constexpr milliseconds reconnect_delay_max{5000};
constexpr milliseconds connect_timeout{2000};
constexpr milliseconds last_results_timeout{5000};
constexpr milliseconds wait_max{60'000};

} // namespace

worker::worker(worker_options options, worker_listener listener, int stop_descriptor)
    : options_(std::move(options)),
      listener_(std::move(listener)),
      stop_descriptor_(stop_descriptor),
      jobs_(options_.command, options_.grace),
      leases_(options_.lease_ms),
      reconnect_delay_(first_reconnect_delay) {}

exit_status worker::run() {
  auto first = wire::client::connect(options_.server);
  if (!first)
    return report_lost(first.error());
  server_ = std::move(*first);
  while (true) {
    count_stop_requests();
    const clock::time_point now = clock::now();
    jobs_.kill_due(now);
    disconnect_when_silent(now);
    reconnect_when_due(now);
    collect_ended_jobs();
    send_due_requests(now);
    if (is_finished(now))
      break;
    wait();
  }
  end_pop();
  return status_;
}

// -- the connection -------------------------------------------------------------------------------

void worker::reconnect_when_due(clock::time_point now) {
  if (is_connected() || now < reconnect_at_)
    return;
  wire::client_options options;
  options.connect_timeout = connect_timeout;
  auto fresh = wire::client::connect(options_.server, options);
  if (!fresh) {
    reconnect_at_ = clock::now() + reconnect_delay_;
    reconnect_delay_ = std::min(2 * reconnect_delay_, reconnect_delay_max);
    return;
  }
  server_ = std::move(*fresh);
  reconnect_delay_ = first_reconnect_delay;
  report_message("reconnected");
  leases_.request_lease_times_again();
  if (!leases_.empty())
    send_extend(now);
}

void worker::connection_lost(const std::string& why) {
  // First, because `why` may be the connection's own text.
  report_message(why + "; running commands continue");
  server_.reset();
  for (auto& [id, request] : pending_) {
    if (request.kind != request_kind::release)
      continue;
    std::move(request.subjects.begin(), request.subjects.end(), std::back_inserter(to_release_));
  }
  pending_.clear();
  outbox_.connection_lost();
  reconnect_at_ = clock::now() + reconnect_delay_;
}

// Reconnects if a server does not answer or its machine has vanished.
void worker::disconnect_when_silent(clock::time_point now) {
  const bool silent = std::any_of(pending_.begin(), pending_.end(),
                                  [&](const auto& entry) { return entry.second.deadline <= now; });
  if (silent)
    connection_lost("the server does not respond");
}

// -- jobs -----------------------------------------------------------------------------------------

void worker::collect_ended_jobs() {
  for (ended_job& ended : jobs_.take_ended()) {
    if (ended.outcome) {
      outbox_.add(std::move(*ended.outcome));
    } else if (ended.release) {
      release(ended.job.lease);
    } else {
      leases_.settle(ended.job.lease);
      report_message("the lease of job " + visible(ended.job.id) +
                     " was lost: stopped its command");
    }
  }
}

// Also stops the other jobs of the lease, which must not run after it is released.
void worker::release(const std::string& lease) {
  jobs_.stop(lease, {}, running_jobs::stop_reason::released);
  if (leases_.settle(lease))
    to_release_.push_back(lease);
  if (!is_stopping())
    pop_at_ = clock::now() + retry_delay;
}

// -- the loop -------------------------------------------------------------------------------------

void worker::wait() {
  std::vector<pollfd> entries;
  entries.push_back({stop_descriptor_, POLLIN, 0});
  entries.push_back({is_connected() ? server_->descriptor() : -1,
                     is_connected() ? server_->wanted_events() : short{0}, 0});
  jobs_.add_to(entries);
  const auto timeout = static_cast<int>(time_to_wait(clock::now()).count());
  if (::poll(entries.data(), entries.size(), timeout) < 0)
    return;
  jobs_.handle(std::span{entries}.subspan(2));
  if (is_connected()) {
    server_->pump();
    take_messages();
  }
}

milliseconds worker::time_to_wait(clock::time_point now) const {
  clock::time_point until = now + wait_max;
  const auto consider = [&](std::optional<clock::time_point> time) {
    if (time)
      until = std::min(until, *time);
  };
  consider(jobs_.next_kill());
  if (jobs_.size() == 0)
    consider(give_up_at_);
  if (!is_connected()) {
    consider(reconnect_at_);
  } else {
    if (!is_pending(request_kind::extend))
      consider(leases_.next_extension());
    if (!outbox_.empty() && !is_pending(request_kind::results))
      consider(results_at_);
    if (!is_stopping() && jobs_.size() < options_.jobs && !is_pending(request_kind::pop))
      consider(pop_at_);
    for (const auto& [id, request] : pending_)
      consider(request.deadline);
  }
  return std::clamp(std::chrono::ceil<milliseconds>(until - now), milliseconds{0}, wait_max);
}

void worker::count_stop_requests() {
  pollfd entry{stop_descriptor_, POLLIN, 0};
  if (::poll(&entry, 1, 0) <= 0)
    return;
  const int before = stop_requests_;
  stop_requests_ += stop_signals::read_count(stop_descriptor_);
  if (before == 0 && stop_requests_ == 1 && jobs_.size() > 0) {
    report_message("waiting for " + std::to_string(jobs_.size()) +
                   " running commands; interrupt again to stop them and release their jobs");
  }
  if (stop_requests_ >= 2) {
    jobs_.stop_all(running_jobs::stop_reason::released);
    if (!give_up_at_)
      give_up_at_ = clock::now() + options_.grace + last_results_timeout;
  }
  if (stop_requests_ >= 3)
    jobs_.kill_stopped();
}

bool worker::is_finished(clock::time_point now) {
  if (!is_stopping() || jobs_.size() > 0)
    return false;
  const bool all_delivered = outbox_.empty() && to_release_.empty() &&
                             !is_pending(request_kind::results) &&
                             !is_pending(request_kind::release);
  if (all_delivered)
    return true;
  if (!give_up_at_ || now < *give_up_at_)
    return false;
  report_message("some results could not be delivered; their leases will expire");
  status_ = exit_status::no_connection;
  return true;
}

} // namespace rota::client
