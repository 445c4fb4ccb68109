#include "bench/load/cycle.hpp"

#include "bench/common/measure.hpp"
#include "bench/common/messages.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace rota::bench {

namespace {

constexpr std::size_t fill_request_jobs = 100;
constexpr std::chrono::nanoseconds timeout = std::chrono::seconds(60);

} // namespace

cycle_driver::cycle_driver(client_loop& clients, cycle_load load)
    : clients_(clients),
      load_(std::move(load)),
      push_(load_.type, load_.request_jobs),
      pop_(pop_request(load_.type, load_.leases_per_pop, load_.jobs_per_lease)),
      workers_(clients.size()) {}

void cycle_driver::push_all(push_request& push, std::size_t requests, bool one_tenant_each) {
  std::size_t sent = 0;
  std::size_t answered = 0;
  const auto send = [&](std::size_t index) {
    clients_.send(index, one_tenant_each ? push.for_tenant(next_tenant_)
                                         : push.for_tenants_from(next_tenant_, load_.tenants));
    next_tenant_ = static_cast<std::uint32_t>((next_tenant_ + (one_tenant_each ? 1 : push.jobs())) %
                                              load_.tenants);
    ++sent;
  };
  for (std::size_t index = 0; index < clients_.size() && sent < requests; ++index)
    send(index);
  while (answered < requests) {
    const bool any = clients_.poll(timeout, [&](std::size_t index, std::string_view answer) {
      require_result(answer);
      ++answered;
      if (sent < requests)
        send(index);
    });
    if (!any)
      throw std::runtime_error("no push was answered within a minute");
  }
  waiting_ += requests * push.jobs();
}

void cycle_driver::create_queues() {
  push_request push(load_.type, fill_request_jobs);
  push_all(push, (load_.tenants + fill_request_jobs - 1) / fill_request_jobs, false);
  drain();
}

void cycle_driver::fill() {
  if (load_.request_jobs == 1 && load_.backlog_jobs >= fill_request_jobs) {
    push_request push(load_.type, fill_request_jobs);
    push_all(push, load_.backlog_jobs / fill_request_jobs, false);
  } else {
    push_all(push_, std::max<std::size_t>(1, load_.backlog_jobs / load_.request_jobs), true);
  }
}

void cycle_driver::schedule_first_cycles(clock::time_point begin) {
  const auto paced = load_.cycles_per_second > 0;
  const std::chrono::duration<double> step{paced ? 1 / load_.cycles_per_second : 0};
  period_ = std::chrono::duration_cast<clock::duration>(step * clients_.size());
  for (std::size_t index = 0; index < workers_.size(); ++index)
    workers_[index].due = begin + std::chrono::duration_cast<clock::duration>(step * index);
}

std::chrono::nanoseconds cycle_driver::begin_due_cycles() {
  if (period_.count() == 0)
    return timeout; // Without a rate, no connection waits to start a cycle.
  const auto now = clock::now();
  std::chrono::nanoseconds next = timeout;
  for (std::size_t index = 0; index < workers_.size(); ++index) {
    if (workers_[index].doing != phase::awaiting_start)
      continue;
    if (workers_[index].due <= now || now >= end_)
      begin_cycle(index, now);
    else
      next = std::min<std::chrono::nanoseconds>(next, workers_[index].due - now);
  }
  return next;
}

void cycle_driver::end_cycle(std::size_t index, clock::time_point now) {
  auto& worker = workers_[index];
  result_.cycle_ms.add(ms_between(worker.due, now));
  worker.due = period_.count() > 0 ? worker.due + period_ : now;
  begin_cycle(index, now);
}

void cycle_driver::begin_cycle(std::size_t index, clock::time_point now) {
  auto& worker = workers_[index];
  if (now >= end_) {
    worker.doing = phase::resting;
    --active_;
    return;
  }
  if (worker.due > now) {
    worker.doing = phase::awaiting_start;
    return;
  }
  if (waiting_ > load_.backlog_jobs + clients_.size() * load_.request_jobs) {
    begin_pop(index, now); // Leases contain fewer jobs than pushes, so pops have to catch up.
    return;
  }
  worker.doing = phase::pushing;
  worker.sent = now;
  clients_.send(index, push_.for_tenant(next_tenant_));
  next_tenant_ = (next_tenant_ + 1) % load_.tenants;
}

void cycle_driver::begin_pop(std::size_t index, clock::time_point now) {
  workers_[index].doing = phase::popping;
  workers_[index].sent = now;
  clients_.send(index, pop_);
}

void cycle_driver::complete(std::size_t index, std::string_view answer, clock::time_point now) {
  auto& worker = workers_[index];
  worker.leased = popped_jobs(answer);
  waiting_ -= std::min(waiting_, worker.leased);
  find_leases(answer, leases_);
  if (leases_.empty()) {
    end_cycle(index, now);
    return;
  }
  write_completion(completion_, leases_);
  worker.doing = phase::completing;
  worker.sent = now;
  clients_.send(index, completion_);
}

void cycle_driver::take_answer(std::size_t index, std::string_view answer) {
  const auto now = clock::now();
  auto& worker = workers_[index];
  require_result(answer);
  ++result_.requests;
  switch (worker.doing) {
  case phase::pushing:
    waiting_ += load_.request_jobs;
    begin_pop(index, now);
    return;
  case phase::popping:
    result_.pop_ms.add(ms_between(worker.sent, now));
    complete(index, answer, now);
    return;
  case phase::completing:
    if (occurrences(answer, "\"succeeded\"") != worker.leased) {
      throw std::runtime_error("some jobs of a completion did not succeed: " +
                               std::string(answer.substr(0, 500)));
    }
    result_.jobs += worker.leased;
    end_cycle(index, now);
    return;
  case phase::awaiting_start:
  case phase::resting: throw std::runtime_error("an unexpected answer");
  }
}

cycle_result cycle_driver::run(std::chrono::nanoseconds time) {
  result_ = {};
  const auto begin = clock::now();
  end_ = begin + time;
  active_ = clients_.size();
  schedule_first_cycles(begin);
  for (std::size_t index = 0; index < clients_.size(); ++index)
    begin_cycle(index, begin);
  const client_loop::line_handler on_line = [this](std::size_t index, std::string_view answer) {
    take_answer(index, answer);
  };
  for (auto next = begin_due_cycles(); active_ > 0; next = begin_due_cycles()) {
    if (!clients_.poll(next, on_line) && next == timeout)
      throw std::runtime_error("no request was answered within a minute");
  }
  result_.seconds = seconds_since(begin);
  return std::move(result_);
}

void cycle_driver::drain() {
  const std::string pop =
      pop_request(load_.type, load_.jobs_per_lease == 1 ? 100 : 10, load_.jobs_per_lease);
  std::vector<char> completing(clients_.size());
  std::size_t active = clients_.size();
  for (std::size_t index = 0; index < clients_.size(); ++index)
    clients_.send(index, pop);
  while (active > 0) {
    const bool any = clients_.poll(timeout, [&](std::size_t index, std::string_view answer) {
      require_result(answer);
      if (completing[index] != 0) {
        completing[index] = 0;
        clients_.send(index, pop);
        return;
      }
      find_leases(answer, leases_);
      if (leases_.empty()) {
        --active;
        return;
      }
      completing[index] = 1;
      write_completion(completion_, leases_);
      clients_.send(index, completion_);
    });
    if (!any)
      throw std::runtime_error("no request was answered within a minute");
  }
  waiting_ = 0;
}

} // namespace rota::bench
