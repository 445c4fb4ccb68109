#include "bench/sim/replay/replay.hpp"

#include "bench/common/measure.hpp"
#include "bench/common/messages.hpp"
#include "bench/common/rotad.hpp"
#include "json/slice.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <stdexcept>

namespace rota::bench {

namespace {

constexpr std::size_t jobs_a_request = 500;
constexpr std::size_t leases_a_pop = 256;
constexpr auto progress_every = std::chrono::seconds(2);
constexpr auto longest_wait = std::chrono::milliseconds(500);

std::string name_of(const char* kind, std::int64_t number) {
  return std::string(kind) + (number < 0 ? "unknown" : std::to_string(number));
}

std::string type_of(const swf_job& job) { return name_of("partition-", job.partition); }

std::vector<std::size_t> number_tenants(const swf_log& log, std::vector<replay_tenant>& tenants) {
  std::map<std::int64_t, std::size_t> numbers;
  std::vector<std::size_t> tenant_of;
  for (const auto& job : log.jobs) {
    const auto [place, added] = numbers.emplace(job.user, tenants.size());
    if (added) {
      tenants.emplace_back();
      tenants.back().name = name_of("user-", job.user);
    }
    ++tenants[place->second].jobs;
    tenant_of.push_back(place->second);
  }
  return tenant_of;
}

} // namespace

replay::replay(client_loop& clients, const swf_log& log, double speed, std::size_t slots)
    : clients_(clients),
      log_(log),
      speed_(speed),
      free_workers_(slots),
      slots_(slots),
      tenant_of_(number_tenants(log, result_.tenants)),
      pushed_at_(log.jobs.size()),
      gaps_(std::vector<double>(result_.tenants.size(), 1.0)) {}

void replay::put_types() {
  double longest = 0;
  std::set<std::string> types;
  for (const auto& job : log_.jobs) {
    longest = std::max(longest, job.run_s);
    types.insert(type_of(job));
  }
  // Simulated workers do not extend leases, so a lease must be longer than the longest job.
  const auto lease_ms = static_cast<std::int64_t>(longest / speed_ * 1000) + 60000;
  for (const auto& type : types)
    ask(clients_, "type.put",
        R"({"name":")" + type + R"(","lease_ms":)" + std::to_string(lease_ms) + "}");
}

replay::clock::time_point replay::due(std::size_t job) const {
  const double since = (log_.jobs[job].submit_s - log_.jobs.front().submit_s) / speed_;
  return begin_ + std::chrono::duration_cast<clock::duration>(std::chrono::duration<double>(since));
}

void replay::push_due(clock::time_point now) {
  if (acknowledged_ < pushed_ || pushed_ == log_.jobs.size() || due(pushed_) > now)
    return;
  const std::chrono::duration<double> late = now - due(pushed_);
  result_.push_delay_max_s = std::max(result_.push_delay_max_s, late.count());
  text_ = R"({"jsonrpc":"2.0","id":1,"method":"job.push","params":{"jobs":[)";
  const std::size_t end = std::min(log_.jobs.size(), pushed_ + jobs_a_request);
  for (; pushed_ < end && due(pushed_) <= now; ++pushed_) {
    text_ += R"({"type":")" + type_of(log_.jobs[pushed_]) + R"(","tenant":")" +
             result_.tenants[tenant_of_[pushed_]].name + R"(","payload":)" +
             std::to_string(pushed_) + "},";
  }
  text_.back() = ']';
  text_ += "}}\n";
  clients_.send(pusher, text_);
}

void replay::pop_for_free_workers() {
  if (pop_under_way_ || free_workers_ == 0 || leased_ == log_.jobs.size())
    return;
  // Jobs that are acknowledged by now are waiting at each decision that this pop causes.
  for (const auto tenant : acknowledged_tenants_) {
    auto& who = result_.tenants[tenant];
    if (who.acknowledged > 0) {
      set_waiting(tenant, who.waiting + who.acknowledged);
      who.acknowledged = 0;
    }
  }
  acknowledged_tenants_.clear();
  pop_under_way_ = true;
  clients_.send(popper,
                request("job.pop", R"({"worker":"replay","leases":)" +
                                       std::to_string(std::min(free_workers_, leases_a_pop)) +
                                       R"(,"wait_ms":1000})"));
}

void replay::complete_ended(clock::time_point now) {
  if (completions_under_way_ > 0 || running_.empty() || running_.top().end > now)
    return;
  text_ = R"({"jsonrpc":"2.0","id":3,"method":"job.complete","params":{"results":[)";
  while (!running_.empty() && running_.top().end <= now &&
         completions_under_way_ < jobs_a_request) {
    text_ += R"({"lease":")" + running_.top().lease + R"(","outcome":"succeeded"},)";
    running_.pop();
    ++completions_under_way_;
  }
  text_.back() = ']';
  text_ += "}}\n";
  clients_.send(completer, text_);
}

void replay::set_waiting(std::size_t tenant, std::int64_t waiting) {
  auto& who = result_.tenants[tenant];
  if ((waiting > 0) != (who.waiting > 0)) {
    tenants_waiting_ += waiting > 0 ? 1 : -1;
    gaps_.set_compared(tenant, waiting > 0);
  }
  who.waiting = waiting;
}

void replay::count_turn(std::size_t tenant) {
  if (result_.tenants[tenant].waiting > 0) {
    ++result_.tenants[tenant].turns;
    for (auto& who : result_.tenants) {
      if (who.waiting > 0)
        who.equal_share += 1.0 / static_cast<double>(tenants_waiting_);
    }
  }
  gaps_.dispatched(tenant, 1);
  set_waiting(tenant, result_.tenants[tenant].waiting - 1);
}

void replay::take_pushed(clock::time_point now) {
  for (; acknowledged_ < pushed_; ++acknowledged_) {
    const auto tenant = tenant_of_[acknowledged_];
    pushed_at_[acknowledged_] = now;
    if (result_.tenants[tenant].acknowledged++ == 0)
      acknowledged_tenants_.push_back(tenant);
  }
  result_.peak_waiting = std::max<std::uint64_t>(result_.peak_waiting,
                                                 acknowledged_ - std::min(acknowledged_, leased_));
}

void replay::take_leases(std::string_view answer, clock::time_point now) {
  pop_under_way_ = false;
  const auto leases = at_pointer(json_value(answer), "/result/leases").value_or(json_value{});
  for (const auto& lease : leases.as_array()) {
    const auto payload = at_pointer(lease, "/jobs/0/payload").value_or(json_value{}).as_int64();
    if (!payload || *payload < 0 || static_cast<std::size_t>(*payload) >= log_.jobs.size())
      throw std::runtime_error("a lease has no job of this replay: " + std::string(lease.raw()));
    const auto job = static_cast<std::size_t>(*payload);
    const auto tenant = tenant_of_[job];
    // A lease can arrive before the answer to the push of its job.
    const auto pushed = job < acknowledged_ ? pushed_at_[job] : now;
    result_.tenants[tenant].wait_ms.add(ms_between(pushed, now));
    count_turn(tenant);
    const std::chrono::duration<double> runs(log_.jobs[job].run_s / speed_);
    running_.push({now + std::chrono::duration_cast<clock::duration>(runs),
                   lease.as_object().find("lease").value_or(json_value{}).as_string()});
    --free_workers_;
    ++leased_;
  }
}

void replay::take_completed(std::string_view answer) {
  if (occurrences(answer, "\"succeeded\"") != completions_under_way_) {
    throw std::runtime_error("some jobs of a completion did not succeed: " +
                             std::string(answer.substr(0, 500)));
  }
  result_.jobs += completions_under_way_;
  free_workers_ += completions_under_way_;
  completions_under_way_ = 0;
}

void replay::take_answer(std::size_t connection, std::string_view answer) {
  require_result(answer);
  const auto now = clock::now();
  switch (connection) {
  case pusher: take_pushed(now); break;
  case popper: take_leases(answer, now); break;
  default: take_completed(answer); break;
  }
}

replay::clock::duration replay::until_next(clock::time_point now) const {
  auto next = now + longest_wait;
  if (acknowledged_ == pushed_ && pushed_ < log_.jobs.size())
    next = std::min(next, due(pushed_));
  if (completions_under_way_ == 0 && !running_.empty())
    next = std::min(next, running_.top().end);
  return next - now;
}

void replay::print_progress(clock::time_point now) {
  if (now - reported_ < progress_every)
    return;
  reported_ = now;
  const double seconds = std::chrono::duration<double>(now - begin_).count();
  std::fprintf(stderr,
               "  %6.1f s: %zu of %zu jobs pushed, %zu waiting, %zu running, "
               "%lu ended\n",
               seconds, acknowledged_, log_.jobs.size(),
               acknowledged_ - std::min<std::size_t>(acknowledged_, leased_),
               slots_ - free_workers_, static_cast<unsigned long>(result_.jobs));
}

replay_result replay::run() {
  begin_ = reported_ = clock::now();
  const client_loop::line_handler on_line =
      [this](std::size_t connection, std::string_view answer) { take_answer(connection, answer); };
  while (result_.jobs < log_.jobs.size()) {
    const auto now = clock::now();
    push_due(now);
    complete_ended(now);
    pop_for_free_workers();
    print_progress(now);
    clients_.poll(until_next(now), on_line);
  }
  result_.seconds = seconds_since(begin_);
  result_.observed = gaps_.worst();
  return std::move(result_);
}

} // namespace rota::bench
