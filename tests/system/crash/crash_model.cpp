#include "tests/system/crash/crash_model.hpp"

#include "tests/system/support/test_client.hpp"

#include <algorithm>
#include <chrono>

namespace rota::tests::crash {
namespace {

using lock = std::lock_guard<std::mutex>;

/// The largest difference between wall time and the daemon's time axis.
constexpr std::int64_t clock_slack_us = 10'000;

bool is_end(const std::string& state) {
  return state == "succeeded" || state == "failed" || state == "cancelled";
}

std::string payload_of(std::size_t number) { return "{\"n\":" + std::to_string(number) + "}"; }

} // namespace

std::int64_t wall_us() {
  using namespace std::chrono;
  return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

// -- pushes ---------------------------------------------------------------------------------------

std::size_t model::pushing(const job_spec& spec) {
  const lock held{mutex_};
  record fresh;
  fresh.spec = spec;
  fresh.not_before_us = spec.delay_ms == 0 ? 0 : wall_us() + spec.delay_ms * 1000;
  jobs_.push_back(std::move(fresh));
  return jobs_.size() - 1;
}

void model::pushed(std::size_t number, const std::string& id, bool duplicate) {
  const lock held{mutex_};
  auto& job = jobs_[number];
  if (job.acknowledged && (!duplicate || job.id != id))
    return violate("the key of " + job.id + " answered with " + id);
  if (!job.id.empty() && job.id != id)
    return violate("a job was leased as " + job.id + " and acknowledged as " + id);
  job.id = id;
  by_id_[id] = number;
  if (job.acknowledged)
    return;
  job.acknowledged = true;
  open_ += job.end ? 0 : 1;
  if (!job.spec.key.empty())
    keyed_.push_back(number);
}

std::optional<std::size_t> model::keyed(std::mt19937_64& random) const {
  const lock held{mutex_};
  if (keyed_.empty())
    return std::nullopt;
  return keyed_[random() % keyed_.size()];
}

std::size_t model::backlog() const {
  const lock held{mutex_};
  return open_;
}

job_spec model::spec_of(std::size_t number) const {
  const lock held{mutex_};
  return jobs_[number].spec;
}

// -- leases ---------------------------------------------------------------------------------------

std::uint64_t model::tick() {
  const lock held{mutex_};
  return ++clock_;
}

bool model::held(const std::string& lease, std::int64_t now_us) const {
  const auto found = leases_.find(lease);
  return found != leases_.end() && now_us + clock_slack_us < found->second.deadline_us;
}

void model::leased(const json& lease, std::uint64_t pop_sent) {
  const auto id = lease.text("/lease");
  const lock guard{mutex_};
  ++leases_seen_;
  lease_record fresh{
      lease.text("/type"), lease.text("/tenant"), {}, time_us(lease.text("/deadline")), {}};
  if (paused_since_ && fresh.tenant == sleeper && pop_sent > *paused_since_)
    violate("lease " + id + " of a paused tenant");
  if (leases_.contains(id))
    return violate("lease " + id + " was handed out twice");
  for (const auto& job : lease.elements("/jobs")) {
    take(job, id, fresh, pop_sent);
    fresh.jobs.insert(job.text("/id"));
    fresh.concurrency_key = jobs_[by_id_[job.text("/id")]].spec.concurrency_key;
  }
  const auto now = wall_us();
  leases_[id] = fresh;
  if (held(id, now))
    check_counts(fresh, now);
}

void model::take(const json& job, const std::string& lease, const lease_record& of,
                 std::uint64_t pop_sent) {
  const auto id = job.text("/id");
  const auto number = static_cast<std::size_t>(job.integer("/payload/n"));
  if (number >= jobs_.size())
    return violate(id + " was never pushed");
  auto& known = jobs_[number];
  if (known.id.empty()) {
    known.id = id;
    by_id_[id] = number;
  }
  const auto now = wall_us();
  if (known.id != id)
    violate("one push made two jobs, " + known.id + " and " + id);
  if (known.spec.type != of.type || known.spec.tenant != of.tenant)
    violate(id + " was leased as another type or tenant");
  // An answer that was read late may have been overtaken by events after its lease's expiry.
  const bool current = now + clock_slack_us < of.deadline_us;
  if (known.end && current)
    violate(id + " was leased after its end as " + known.end->state);
  if (known.cancel_acknowledged && pop_sent > *known.cancel_acknowledged)
    violate(id + " was leased after its cancel was acknowledged");
  if (now + clock_slack_us < known.not_before_us)
    violate(id + " was leased " + std::to_string(known.not_before_us - now) + " us too early");
  if (current && held(known.holder, now))
    violate(id + " is in the leases " + known.holder + " and " + lease);
  known.holder = lease;
}

void model::check_counts(const lease_record& fresh, std::int64_t now_us) {
  const auto limit = [&](const std::string& what, std::size_t most, auto&& counts) {
    const auto running = std::count_if(leases_.begin(), leases_.end(), [&](const auto& entry) {
      return !entry.second.jobs.empty() && held(entry.first, now_us) && counts(entry.second);
    });
    if (static_cast<std::size_t>(running) > most)
      violate(std::to_string(running) + " leases of " + what + ", which may have " +
              std::to_string(most));
  };
  if (fresh.type == "narrow") {
    limit("type narrow", narrow_max_running, [](const auto& l) { return l.type == "narrow"; });
    limit("type narrow and one tenant", narrow_max_running_per_tenant,
          [&](const auto& l) { return l.type == "narrow" && l.tenant == fresh.tenant; });
  }
  if (fresh.tenant == "capped")
    limit("tenant capped", capped_max_running, [](const auto& l) { return l.tenant == "capped"; });
  if (!fresh.concurrency_key.empty())
    limit("key " + fresh.concurrency_key, fresh.concurrency_key == "one" ? 1 : 2,
          [&](const auto& l) { return l.concurrency_key == fresh.concurrency_key; });
}

void model::pop_lost(std::size_t jobs) {
  const lock guard{mutex_};
  lost_in_pops_ += jobs;
}

void model::settling(const std::string& lease, const std::string& job) {
  const lock guard{mutex_};
  auto& of = leases_[lease];
  const auto give_back = [&](const std::string& id) {
    if (auto* known = find(id); known != nullptr && known->holder == lease)
      known->holder.clear();
  };
  if (job.empty()) {
    std::for_each(of.jobs.begin(), of.jobs.end(), give_back);
    of.jobs.clear();
  } else {
    give_back(job);
    of.jobs.erase(job);
  }
}

bool model::is_unexpired(const std::string& lease) const {
  const lock guard{mutex_};
  return held(lease, wall_us());
}

void model::end(record& job, const std::string& state, const std::string& result) {
  if (job.end)
    return violate(job.id + " ended twice: " + job.end->state + ", then " + state);
  if (job.cancel_acknowledged && state != "cancelled")
    violate(job.id + " ended as " + state + " although its cancel was acknowledged");
  job.end = ended_as{state, result};
  ++ended_;
  open_ -= job.acknowledged ? 1 : 0;
}

void model::completed(const std::string& id, const std::string& state, const std::string& result) {
  const lock guard{mutex_};
  auto* job = find(id);
  if (job == nullptr)
    return violate("an unknown job was completed: " + id);
  if (is_end(state))
    end(*job, state, result);
  else if (job->end)
    violate(id + " went on as " + state + " after its end");
}

void model::deferred(const std::string& id, const std::string& until) {
  const lock guard{mutex_};
  if (auto* job = find(id); job != nullptr && job->holder.empty() && !job->settle_unanswered)
    job->not_before_us = time_us(until);
}

void model::settle_lost(const std::string& id) {
  const lock guard{mutex_};
  if (auto* job = find(id))
    job->settle_unanswered = true;
}

model::record* model::find(const std::string& id) {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &jobs_[found->second];
}

// -- cancels, pauses, settings --------------------------------------------------------------------

std::vector<std::string> model::some_jobs(std::mt19937_64& random, std::size_t count) const {
  const lock guard{mutex_};
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < count && !jobs_.empty(); ++i)
    if (const auto& job = jobs_[random() % jobs_.size()]; job.acknowledged)
      ids.push_back(job.id);
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

void model::cancelling(const std::vector<std::string>& ids) {
  const lock guard{mutex_};
  for (const auto& id : ids)
    find(id)->cancel_sent = true;
}

void model::cancel_answered(const std::string& id, const std::string& list) {
  const lock guard{mutex_};
  auto* job = find(id);
  if (job == nullptr || list == "not_found")
    return violate("cancel does not find " + id);
  if (list == "cancelled")
    end(*job, "cancelled", {});
  if (list == "cancelling" && job->end && job->end->state != "cancelled")
    violate(id + " is being cancelled after its end as " + job->end->state);
  if (list == "cancelling")
    job->cancel_acknowledged = ++clock_;
}

void model::pause_unknown() {
  const lock guard{mutex_};
  paused_since_.reset();
}

void model::paused() {
  const lock guard{mutex_};
  paused_since_ = ++clock_;
}

void model::putting(const std::string& tenant, std::int64_t max_running) {
  const lock guard{mutex_};
  settings_.try_emplace(tenant, std::set{no_limit}).first->second.insert(max_running);
}

void model::put(const std::string& tenant, std::int64_t max_running) {
  const lock guard{mutex_};
  settings_[tenant] = {max_running};
}

std::map<std::string, std::set<std::int64_t>> model::settings() const {
  const lock guard{mutex_};
  return settings_;
}

// -- verdicts -------------------------------------------------------------------------------------

std::vector<std::string> model::acknowledged() const {
  const lock guard{mutex_};
  std::vector<std::string> ids;
  for (const auto& job : jobs_)
    if (job.acknowledged)
      ids.push_back(job.id);
  return ids;
}

void model::check(const std::string& id, const json& seen) {
  const lock guard{mutex_};
  const auto& job = *find(id);
  if (seen.text("/type") != job.spec.type || seen.text("/tenant") != job.spec.tenant ||
      seen.at("/payload").raw() != payload_of(by_id_[id]) ||
      (job.spec.key.empty() ? !seen.is_null("/key") : seen.text("/key") != job.spec.key))
    violate(id + " is not what was pushed: " + seen.raw());
  if (is_end(seen.text("/state")))
    check_ended(job, seen);
  else
    check_running(job, seen, wall_us());
}

void model::check_ended(const record& job, const json& seen) {
  const auto state = seen.text("/state");
  if (job.end && job.end->state != state)
    violate(job.id + " ended as " + job.end->state + " and is now " + state);
  if (job.end && !job.end->result.empty() && seen.at("/result").raw() != job.end->result)
    violate(job.id + " has another result than the one acknowledged: " + seen.raw());
  if (!job.end && job.cancel_acknowledged && state != "cancelled")
    violate(job.id + " is " + state + " although its cancel was acknowledged");
  const bool by_cancel = state == "cancelled" && (job.cancel_sent || job.cancel_acknowledged);
  if (!job.end && !job.settle_unanswered && !by_cancel)
    violate(job.id + " is " + state + " although nobody ended it");
}

void model::check_running(const record& job, const json& seen, std::int64_t now_us) {
  const auto state = seen.text("/state");
  if (job.end)
    return violate(job.id + " ended as " + job.end->state + " and is now " + state);
  if (held(job.holder, now_us) && state != "running")
    violate(job.id + " is " + state + " although we have its lease " + job.holder);
  if (job.cancel_acknowledged && (state != "running" || !seen.boolean("/cancel_requested")))
    violate(job.id + " is " + state + " and its acknowledged cancel forgotten");
  if (state == "running" && job.holder.empty() && !job.settle_unanswered)
    unexplained_.insert(job.id);
}

void model::check_unexplained() {
  const lock guard{mutex_};
  if (unexplained_.size() > lost_in_pops_)
    violate(std::to_string(unexplained_.size()) + " jobs run without a lease that anybody has, " +
            std::to_string(lost_in_pops_) + " could");
}

void model::missing(const std::string& id, const std::string& why) {
  violated(id + " was acknowledged and is gone: " + why);
}

void model::violated(const std::string& what) {
  const lock guard{mutex_};
  violate(what);
}

void model::violate(const std::string& what) {
  constexpr std::size_t violations_max = 20;
  if (violations_.size() < violations_max)
    violations_.push_back(what);
}

std::vector<std::string> model::violations() const {
  const lock guard{mutex_};
  return violations_;
}

std::string model::summary() const {
  const lock guard{mutex_};
  return std::to_string(by_id_.size()) + " jobs, " + std::to_string(keyed_.size()) +
         " with a key, " + std::to_string(ended_) + " ends, " + std::to_string(leases_seen_) +
         " leases, " + std::to_string(lost_in_pops_) + " leases possibly lost in pops";
}

} // namespace rota::tests::crash
