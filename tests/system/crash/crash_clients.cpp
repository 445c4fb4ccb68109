#include "tests/system/crash/crash_clients.hpp"

#include <array>
#include <chrono>
#include <thread>

namespace rota::tests::crash {
namespace {

constexpr std::size_t backlog_max = 800;
constexpr std::size_t held_max = 12;

std::string job_text(const job_spec& spec, std::size_t number) {
  std::string text = "{\"type\":" + json_string(spec.type) +
                     ",\"tenant\":" + json_string(spec.tenant) +
                     ",\"payload\":{\"n\":" + std::to_string(number) + "}";
  if (!spec.key.empty())
    text += ",\"key\":" + json_string(spec.key);
  if (!spec.concurrency_key.empty())
    text += ",\"concurrency_key\":" + json_string(spec.concurrency_key);
  if (spec.delay_ms > 0)
    text += ",\"delay_ms\":" + std::to_string(spec.delay_ms);
  return text + "}";
}

} // namespace

void participant::work(const wire::endpoint& where) {
  try {
    test_client daemon{where};
    while (true)
      step(daemon);
  } catch (const refused& error) {
    if (error.error().text("/data/kind") != "draining") // The daemon is shutting down.
      known_.violated(error.what());
  } catch (const std::runtime_error&) {
    // The connection is lost because the daemon was killed.
  }
  interrupted();
}

// -- producer -------------------------------------------------------------------------------------

job_spec producer::random_spec() {
  constexpr std::array<const char*, 4> tenants{"ada", "bob", "cyd", sleeper};
  job_spec spec;
  const auto kind = one_of(10);
  spec.type = kind < 4 ? "bulk" : kind < 7 ? "plain" : "narrow";
  spec.tenant = spec.type == "narrow" && percent(40) ? "capped" : tenants[one_of(tenants.size())];
  if (spec.type == "narrow" && percent(60))
    spec.concurrency_key = percent(50) ? "one" : "two";
  if (percent(40))
    spec.key = "key-" + std::to_string(random_());
  if (percent(15))
    spec.delay_ms = 1 + static_cast<std::int64_t>(one_of(1500));
  return spec;
}

void producer::step(test_client& daemon) {
  std::vector<std::size_t> numbers;
  if (known_.backlog() < backlog_max) {
    for (auto left = 1 + one_of(20); left > 0; --left)
      numbers.push_back(known_.pushing(random_spec()));
  } else {
    // Leaves the processor to the workers.
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  if (percent(30))
    if (const auto again = known_.keyed(random_))
      numbers.push_back(*again);
  if (numbers.empty())
    return;
  std::string jobs;
  for (const auto number : numbers)
    jobs += (jobs.empty() ? "" : ",") + job_text(known_.spec_of(number), number);
  const auto answer = daemon.call("job.push", "{\"jobs\":[" + jobs + "]}").elements("/jobs");
  for (std::size_t i = 0; i < numbers.size(); ++i)
    known_.pushed(numbers[i], answer.at(i).text("/id"), answer.at(i).boolean("/duplicate"));
}

// -- worker ---------------------------------------------------------------------------------------

void worker::step(test_client& daemon) {
  if (leases_.empty() || (leases_.size() < held_max && percent(45)))
    pop(daemon);
  else
    settle(daemon);
}

void worker::interrupted() {
  known_.pop_lost(std::exchange(asked_for_, 0));
  for (const auto& job : std::exchange(settling_, {}))
    known_.settle_lost(job);
}

// Leases of the type `narrow` are short, so that leases lost in a kill expire and the limits apply
// again. All others last longer than the test.
void worker::pop(test_client& daemon) {
  const bool narrow = percent(50);
  const auto count = 1 + one_of(3);
  const auto max_jobs = 1 + one_of(8);
  const auto wait = percent(50) ? 20 : 0;
  asked_for_ = count * max_jobs;
  const auto sent = known_.tick();
  const auto answer = daemon.call(
      "job.pop",
      std::string{"{\"worker\":\"w\",\"types\":"} +
          (narrow ? "[\"narrow\"],\"lease_ms\":400" : "[\"plain\",\"bulk\"],\"lease_ms\":3600000") +
          ",\"leases\":" + std::to_string(count) + ",\"max_jobs\":" + std::to_string(max_jobs) +
          ",\"wait_ms\":" + std::to_string(wait) + "}");
  asked_for_ = 0;
  for (const auto& got : answer.elements("/leases")) {
    known_.leased(got, sent);
    lease fresh{got.text("/lease"), {}, false};
    for (const auto& job : got.elements("/jobs"))
      fresh.jobs.push_back(job.text("/id"));
    leases_.push_back(std::move(fresh));
  }
}

void worker::settle(test_client& daemon) {
  const auto at = leases_.begin() + static_cast<std::ptrdiff_t>(one_of(leases_.size()));
  if (percent(10))
    return extend(daemon, *at);
  const auto of = *at;
  at->settle_unanswered = true; // Until the answer arrives.
  settling_ = of.jobs;
  switch (one_of(10)) {
  case 0: release(daemon, of); break;
  case 1:
  case 2: defer(daemon, of); break;
  case 3:
  case 4:
  case 5: complete_each(daemon, of); break;
  default: complete(daemon, of);
  }
  settling_.clear();
  std::erase_if(leases_, [&](const lease& l) { return l.id == of.id; });
}

std::string worker::outcome(const std::string& job, std::string& result) {
  if (percent(80)) {
    result = "{\"by\":" + json_string(job) + ",\"at\":" + std::to_string(random_() >> 12) + "}";
    return R"("outcome":"succeeded","result":)" + result;
  }
  result.clear();
  return std::string{R"("outcome":"failed","error":{"message":"no luck"},"retryable":)"} +
         (percent(80) ? "true" : "false");
}

void worker::taken(const lease& of, const std::string& job, const json& item,
                   const std::string& result) {
  if (item.has("/error"))
    return lost(of);
  known_.completed(job, item.text("/state"), result);
}

// The daemon may refuse only a lease that was settled before or whose deadline has passed.
void worker::lost(const lease& of) {
  if (!of.settle_unanswered && known_.is_unexpired(of.id))
    known_.violated("lease " + of.id + " was acknowledged and is lost");
}

void worker::complete(test_client& daemon, const lease& of) {
  std::string result;
  const auto how = outcome(of.id, result);
  known_.settling(of.id, {});
  const auto item = daemon
                        .call("job.complete",
                              "{\"results\":[{\"lease\":" + json_string(of.id) + "," + how + "}]}")
                        .at("/results/0");
  if (item.has("/jobs")) {
    for (const auto& each : item.elements("/jobs"))
      known_.completed(each.text("/job"), each.text("/state"), result);
  } else {
    taken(of, item.has("/error") ? "" : item.text("/job"), item, result);
  }
}

void worker::complete_each(test_client& daemon, const lease& of) {
  std::string items;
  std::vector<std::string> results(of.jobs.size());
  for (std::size_t i = 0; i < of.jobs.size(); ++i) {
    known_.settling(of.id, of.jobs[i]);
    items += (i == 0 ? "{\"lease\":" : ",{\"lease\":") + json_string(of.id) +
             ",\"job\":" + json_string(of.jobs[i]) + "," + outcome(of.jobs[i], results[i]) + "}";
  }
  const auto answers =
      daemon.call("job.complete", "{\"results\":[" + items + "]}").elements("/results");
  for (std::size_t i = 0; i < of.jobs.size(); ++i)
    taken(of, of.jobs[i], answers.at(i), results[i]);
}

void worker::release(test_client& daemon, const lease& of) {
  known_.settling(of.id, {});
  const auto answer = daemon.call("job.release", list_params("leases", {of.id}));
  if (answer.size("/unknown") > 0)
    lost(of);
}

void worker::defer(test_client& daemon, const lease& of) {
  known_.settling(of.id, {});
  const auto answer =
      daemon.call("job.defer", "{\"leases\":[{\"lease\":" + json_string(of.id) +
                                   ",\"after_ms\":" + std::to_string(one_of(400)) +
                                   ",\"checkpoint\":" + std::to_string(one_of(9)) + "}]}");
  if (answer.size("/unknown") > 0)
    return lost(of);
  for (const auto& job : of.jobs)
    known_.deferred(job, answer.text("/deferred/0/until"));
}

void worker::extend(test_client& daemon, const lease& of) {
  const auto answer = daemon.call("job.extend", list_params("leases", {of.id}));
  if (answer.size("/unknown") > 0)
    lost(of);
}

// -- controller -----------------------------------------------------------------------------------

void controller::step(test_client& daemon) {
  switch (one_of(6)) {
  case 0: return cancel(daemon);
  case 1: return pause(daemon);
  case 2: return put(daemon);
  default: return read_limits(daemon);
  }
}

void controller::cancel(test_client& daemon) {
  const auto ids = known_.some_jobs(random_, 3);
  if (ids.empty())
    return;
  known_.cancelling(ids);
  const auto answer = daemon.call("job.cancel", list_params("ids", ids));
  for (const auto* list : {"cancelled", "cancelling", "wrong_state", "not_found"})
    for (const auto& id : answer.texts("/" + std::string{list}))
      known_.cancel_answered(id, list);
}

void controller::pause(test_client& daemon) {
  const auto who = "{\"tenant\":" + json_string(sleeper) + "}";
  known_.pause_unknown();
  if (percent(70)) {
    daemon.call("queue.pause", who);
    known_.paused();
  } else {
    daemon.call("queue.resume", who);
  }
}

void controller::put(test_client& daemon) {
  const auto name = "setting-" + std::to_string(one_of(5));
  const auto value = 1 + static_cast<std::int64_t>(one_of(1000));
  known_.putting(name, value);
  daemon.call("tenant.put",
              "{\"name\":" + json_string(name) + ",\"max_running\":" + std::to_string(value) + "}");
  known_.put(name, value);
}

void controller::read_limits(test_client& daemon) {
  const auto stats = daemon.call("server.stats");
  for (const auto& pool : stats.elements("/pools"))
    for (const auto& tenant : pool.elements("/tenants"))
      if (tenant.text("/tenant") == "capped" &&
          tenant.integer("/running") > static_cast<std::int64_t>(capped_max_running))
        known_.violated("server.stats shows tenant capped above its limit: " + tenant.raw());
  const auto queues = daemon.call("queue.list", R"({"type":"narrow"})");
  for (const auto& queue : queues.elements("/queues"))
    if (queue.integer("/running") > static_cast<std::int64_t>(narrow_max_running_per_tenant))
      known_.violated("queue.list shows a queue above its limit: " + queue.raw());
}

} // namespace rota::tests::crash
