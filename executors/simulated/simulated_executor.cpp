#include "executors/simulated/simulated_executor.hpp"

#include "executors/polling.hpp"
#include "json/slice.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <utility>

namespace rota::executors {
namespace {

/// FNV-1a: the same value in every run.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text)
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

std::optional<std::int64_t> number_in(json_object payload, std::string_view name) {
  const auto value = payload.find(name);
  return value ? value->as_int64() : std::nullopt;
}

/// Counts a fault down. Returns whether it happens.
bool happens(std::size_t& fault) {
  if (fault == 0)
    return false;
  --fault;
  return true;
}

simulated_run run_of_one(const std::string& payload_text, const std::string& name) {
  const auto payload = json_value{payload_text}.as_object();
  simulated_run run;
  const auto drawn = static_cast<std::int64_t>(hash_of(name) % 100) + 1;
  run.runs = engine::milliseconds{number_in(payload, "run_ms").value_or(drawn)};
  if (const auto signal = number_in(payload, "signal"))
    run.how.signal = static_cast<int>(*signal);
  else
    run.how.exit_code = static_cast<int>(number_in(payload, "exit_code").value_or(0));
  run.how.output = payload.find("output").value_or(json_value{"\"\""}).as_string();
  run.stop_delay = engine::milliseconds{number_in(payload, "stop_ms").value_or(0)};
  return run;
}

void end_by_signal(command_result& how, int number) {
  how.exit_code.reset();
  how.signal = number;
}

/// Ends it by the signal, `after` its start. In a batch, the job that runs then dies, and later
/// ones never begin.
void stop(attempt_result& how, engine::duration after, int signal) {
  const engine::time_point end = engine::time_point{} + after;
  end_by_signal(how, signal);
  std::erase_if(how.jobs, [&](const job_result& job) { return job.started >= end; });
  if (how.jobs.empty() || how.jobs.back().finished <= end)
    return;
  how.jobs.back().finished = end;
  end_by_signal(how.jobs.back(), signal);
}

} // namespace

simulated_run run_of_payload(const start_order& order) {
  if (!order.takes_batches)
    return run_of_one(order.jobs.front().payload, order.name);
  simulated_run whole;
  whole.how.exit_code = 0;
  for (const attempt_job& job : order.jobs) {
    const simulated_run one = run_of_one(job.payload, job.id);
    whole.stop_delay = one.stop_delay;
    auto& how = whole.how.jobs.emplace_back(job_result{{one.how}, job.id});
    how.started += whole.runs;
    whole.runs += one.runs;
    how.finished += whole.runs;
  }
  return whole;
}

simulated_executor::simulated_executor(clock now, planner plan, std::optional<double> slots)
    : now_(std::move(now)), plan_(std::move(plan)), slots_(slots) {}

std::optional<double> simulated_executor::capacity() { return slots_; }

void simulated_executor::change(const std::string& name, const std::function<void(attempt&)>& how) {
  const auto found = attempts_.find(name);
  if (found == attempts_.end())
    return;
  auto& a = found->second;
  const bool was_live = live_.erase({leaves_at(a), name}) > 0;
  how(a);
  if (was_live && !a.fenced)
    live_.emplace(leaves_at(a), name);
  count_running();
}

void simulated_executor::collect_ended() {
  const auto now = now_();
  for (; !live_.empty() && live_.begin()->first <= now; live_.erase(live_.begin()))
    to_hint_.insert(live_.begin()->second);
}

void simulated_executor::count_running() {
  collect_ended();
  seen_.running = live_.size();
  seen_.most_running = std::max(seen_.most_running, seen_.running);
}

start_result simulated_executor::start(const start_order& order) {
  const system::lock held{mutex_};
  if (happens(faults_.starts_refused))
    return refusal("no such command");
  if (happens(faults_.starts_fail))
    return temporary_failure("the backend is busy");
  if (const auto found = attempts_.find(order.name); found != attempts_.end()) {
    if (found->second.fenced)
      return refusal("the attempt is fenced");
    return started{"simulated", found->second.started};
  }
  if (forgotten_.contains(order.name))
    return started{"simulated", now_()};
  attempt made;
  made.plan = plan_(order);
  made.started = now_();
  made.ends = made.started + made.plan.runs;
  if (made.plan.lost_after)
    made.lost_at = made.started + *made.plan.lost_after;
  live_.emplace(leaves_at(made), order.name);
  attempts_.emplace(order.name, std::move(made));
  ++seen_.runs;
  seen_.twice += ever_ran_.insert(order.name).second ? 0 : 1;
  count_running();
  if (happens(faults_.starts_lost))
    return temporary_failure("the answer was lost");
  return started{"simulated", now_()};
}

backend_result<std::vector<listed_attempt>> simulated_executor::list() {
  const system::lock held{mutex_};
  ++seen_.lists;
  if (happens(faults_.lists_fail))
    return backend_error{"the backend does not answer"};
  std::vector<listed_attempt> found;
  for (const auto& [name, a] : attempts_)
    found.push_back({name, a.fenced || lost(a) ? attempt_state::lost
                           : ended(a)          ? attempt_state::ended
                                               : attempt_state::running});
  return found;
}

backend_result<attempt_result> simulated_executor::result(const std::string& name) {
  const system::lock held{mutex_};
  const auto found = attempts_.find(name);
  if (found == attempts_.end() || lost(found->second) || !ended(found->second))
    return backend_error{name + " has not ended"};
  if (faults_.results_fail.contains(name))
    return backend_error{"cannot read the result"};
  auto how = found->second.plan.how;
  how.started = found->second.started;
  how.finished = found->second.ends;
  for (job_result& job : how.jobs) {
    job.started = how.started + job.started.time_since_epoch();
    job.finished = how.started + job.finished.time_since_epoch();
  }
  return how;
}

backend_result<void> simulated_executor::signal(const std::string& name, stop_signal what) {
  const system::lock held{mutex_};
  const bool kill = what == stop_signal::kill;
  change(name, [&](attempt& a) {
    const auto ends = now_() + (kill ? engine::duration{0} : a.plan.stop_delay);
    if (lost(a) || ends >= a.ends || (!kill && a.plan.stop_delay < engine::duration{0}))
      return;
    a.ends = ends;
    stop(a.plan.how, ends - a.started, kill ? SIGKILL : SIGTERM);
  });
  return {};
}

backend_result<void> simulated_executor::fence(const std::string& name) {
  const system::lock held{mutex_};
  ++seen_.fences;
  if (happens(faults_.fences_fail))
    return backend_error{"the backend does not answer"};
  attempts_.try_emplace(name);
  change(name, [&](attempt& a) {
    a.fenced = true;
    a.ends = std::min(a.ends, now_());
  });
  return {};
}

backend_result<void> simulated_executor::remove(const std::string& name) {
  const system::lock held{mutex_};
  erase(name);
  return {};
}

backend_result<std::optional<output_piece>> simulated_executor::output(const std::string& name,
                                                                       output_stream stream,
                                                                       std::uint64_t offset,
                                                                       std::size_t limit) {
  const system::lock held{mutex_};
  const auto found = attempts_.find(name);
  if (found == attempts_.end())
    return std::optional<output_piece>();
  output_piece piece;
  const auto& all = found->second.plan.how.output;
  if (stream == output_stream::out && ended(found->second) && offset < all.size())
    piece.bytes = all.substr(static_cast<std::size_t>(offset), limit);
  piece.at_end = ended(found->second) && offset + piece.bytes.size() >= all.size();
  return std::optional{std::move(piece)};
}

void simulated_executor::on_hint(std::function<void(const std::string&)> hint) {
  const system::lock held{mutex_};
  hint_ = std::move(hint);
}

void simulated_executor::set_faults(simulated_faults faults) {
  const system::lock held{mutex_};
  faults_ = std::move(faults);
}

simulated_faults simulated_executor::faults() const {
  const system::lock held{mutex_};
  return faults_;
}

void simulated_executor::erase(const std::string& name) {
  change(name, [](attempt& a) { a.fenced = true; });
  attempts_.erase(name);
  to_hint_.erase(name);
  forgotten_.erase(name);
}

void simulated_executor::forget(const std::string& name) {
  const system::lock held{mutex_};
  erase(name);
  forgotten_.insert(name);
}

void simulated_executor::lose(const std::string& name) {
  const system::lock held{mutex_};
  change(name, [&](attempt& a) { a.lost_at = now_(); });
}

void simulated_executor::send_hints() {
  std::vector<std::string> ended;
  std::function<void(const std::string&)> hint;
  {
    const system::lock held{mutex_};
    hint = hint_;
    collect_ended();
    for (const auto& name : std::exchange(to_hint_, {}))
      if (const auto& a = attempts_.at(name); !a.fenced && !lost(a))
        ended.push_back(name);
  }
  if (hint)
    for (const auto& name : ended)
      hint(name);
}

engine::time_point simulated_executor::next_end() const {
  const system::lock held{mutex_};
  return live_.empty() ? engine::never : live_.begin()->first;
}

simulated_executor::totals simulated_executor::seen() const {
  const system::lock held{mutex_};
  return seen_;
}

std::vector<std::string> simulated_executor::running() const {
  const system::lock held{mutex_};
  std::vector<std::string> names;
  for (const auto& [at, name] : live_)
    if (at > now_())
      names.push_back(name);
  return names;
}

bool simulated_executor::is_running(const std::string& name) const {
  const system::lock held{mutex_};
  const auto found = attempts_.find(name);
  return found != attempts_.end() && !found->second.fenced && !lost(found->second) &&
         !ended(found->second);
}

std::unique_ptr<executor> make_simulated_executor(const executor_setup&) {
  return std::make_unique<simulated_executor>(now, run_of_payload);
}

} // namespace rota::executors
