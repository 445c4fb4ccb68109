#include "bench/sim/sim_client.hpp"

#include "bench/sim/attempt_plan.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>

namespace rota::bench {

using namespace std::chrono_literals;

/// Answers and events from one runtime that have not been processed.
class sim_client::inbox final : public actors::answer_sink {
public:
  template <class What>
  struct received {
    What what;
    engine::position position;
  };
  struct answered {
    std::uint64_t request = 0;
    actors::reply reply;
  };

  void answer(std::uint64_t request, actors::reply what, engine::position position) override {
    answers.push_back({{request, std::move(what)}, position});
  }
  void notify(actors::job_event what, engine::position position) override {
    events.push_back({std::move(what), position});
  }

  std::vector<received<answered>> answers;
  std::vector<received<actors::job_event>> events;
};

sim_client::sim_client(const workload& work, engine::time_point begin, recorder& record, bool keyed,
                       std::size_t explain_each)
    : work_(work), begin_(begin), record_(record), keyed_(keyed), explain_each_(explain_each) {}

std::uint64_t sim_client::send(actors::command what) {
  caf::anon_send(session_, actors::client_command{++last_request_, std::move(what)});
  return last_request_;
}

void sim_client::connect(actors::virtual_runtime& runtime) {
  inbox_ = std::make_shared<inbox>();
  session_ = runtime.connect(inbox_);
  explained_.clear();
  send(actors::subscribe_command{});
  for (const auto& [request, jobs] : std::exchange(pushes_, {}))
    push(jobs);
}

void sim_client::disconnect() { session_ = nullptr; }

std::size_t sim_client::lost_jobs(actors::virtual_runtime& runtime) {
  std::map<std::uint64_t, engine::job_id> asked;
  for (const auto id : record_.open_jobs())
    asked.emplace(send(actors::get_command{{id, {}}}), id);
  runtime.run();
  std::size_t lost = 0;
  std::erase_if(inbox_->answers, [&](const auto& received) {
    const auto found = asked.find(received.what.request);
    if (found == asked.end())
      return false;
    const auto* view = std::get_if<actors::job_view>(&received.what.reply);
    if (!view)
      ++lost;
    else
      record_.found(*view, runtime.now());
    return true;
  });
  return lost;
}

// -- pushing --------------------------------------------------------------------------------------

void sim_client::push_due(engine::time_point now) {
  std::map<std::uint32_t, job_list> due;
  for (; next_job_ < work_.jobs.size() && begin_ + work_.jobs[next_job_].arrives <= now;
       ++next_job_)
    due[work_.jobs[next_job_].tenant].push_back(next_job_);
  for (auto& [tenant, jobs] : due) {
    if (const auto held = held_.find(tenant); held != held_.end())
      held->second.jobs.insert(held->second.jobs.end(), jobs.begin(), jobs.end());
    else
      push(std::move(jobs));
  }
  push_held_back(now);
}

void sim_client::push_held_back(engine::time_point now) {
  for (auto& [tenant, held] : held_) {
    if (held.in_flight || held.retry_at > now)
      continue;
    const auto end = held.jobs.begin() +
                     static_cast<std::ptrdiff_t>(std::min(held.batch_size, held.jobs.size()));
    job_list jobs(held.jobs.begin(), end);
    held.jobs.erase(held.jobs.begin(), end);
    held.in_flight = true;
    push(std::move(jobs));
  }
}

void sim_client::push(job_list jobs) {
  actors::push_command what;
  for (const auto job : jobs) {
    const auto& j = work_.jobs[job];
    actors::push_item item{work_.types[j.type].name, work_.tenants[j.tenant], {}};
    item.spec.payload = payload_of(job);
    item.spec.options.slots = j.slots;
    item.spec.options.cost = j.cost;
    item.spec.priority = j.priority;
    item.spec.options.concurrency_key = work_.keys[j.key];
    if (keyed_)
      item.spec.options.key = "job-" + std::to_string(job);
    what.jobs.push_back(std::move(item));
  }
  pushes_.emplace(send(std::move(what)), std::move(jobs));
}

engine::time_point sim_client::next_push() const {
  auto next =
      next_job_ < work_.jobs.size() ? begin_ + work_.jobs[next_job_].arrives : engine::never;
  for (const auto& [tenant, held] : held_)
    if (!held.in_flight)
      next = std::min(next, held.retry_at);
  return next;
}

// -- answers --------------------------------------------------------------------------------------

void sim_client::take_answers(engine::time_point now, engine::position durable) {
  for (const auto& [event, position] : std::exchange(inbox_->events, {}))
    if (position <= durable)
      record_.changed(event);
  for (const auto& [answer, position] : std::exchange(inbox_->answers, {})) {
    if (const auto asked = explained_.find(answer.request); asked != explained_.end()) {
      if (const auto* reply = std::get_if<actors::explain_reply>(&answer.reply))
        record_.explained(asked->second, now, *reply);
      explained_.erase(asked);
      continue;
    }
    const auto pushed = pushes_.find(answer.request);
    if (position > durable || pushed == pushes_.end())
      continue;
    on_pushed(pushed->second, answer.reply, now);
    pushes_.erase(pushed);
  }
}

void sim_client::on_pushed(const job_list& jobs, const actors::reply& what,
                           engine::time_point now) {
  const auto tenant = work_.jobs[jobs.front()].tenant;
  if (const auto* taken = std::get_if<actors::push_reply>(&what)) {
    for (std::size_t i = 0; i < jobs.size(); ++i)
      record_.pushed(jobs[i], taken->jobs[i].id);
    explain(taken->jobs, jobs);
    return on_taken(tenant, jobs.size(), now);
  }
  const auto& refused = std::get<actors::refusal>(what);
  if (refused.what != actors::refusal::kind::queue_full)
    throw std::runtime_error("a push was refused: " + refused.message);
  record_.refused();
  auto& held = held_[tenant];
  held.jobs.insert(held.jobs.begin(), jobs.begin(), jobs.end());
  held.batch_size = (jobs.size() + 1) / 2;
  held.retry_at = now + std::max<engine::duration>(refused.retry_after, 1ms);
  held.in_flight = false;
}

void sim_client::explain(const std::vector<actors::push_reply::job>& taken, const job_list& jobs) {
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (explain_each_ == 0 || jobs[i] % explain_each_ != 0)
      continue;
    const auto id = taken[i].id;
    explained_.emplace(send(actors::explain_command{{id, {}}}), jobs[i]);
  }
}

void sim_client::on_taken(std::uint32_t tenant, std::size_t jobs, engine::time_point now) {
  const auto found = held_.find(tenant);
  if (found == held_.end())
    return;
  auto& held = found->second;
  held.batch_size = 2 * jobs;
  held.retry_at = now;
  held.in_flight = false;
  if (held.jobs.empty())
    held_.erase(found);
}

} // namespace rota::bench
