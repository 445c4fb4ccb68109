#include "tests/system/faults/fault_work.hpp"

namespace rota::tests::fault {

void acknowledged_work::push(test_client& daemon, const std::vector<std::string>& keys) {
  std::string jobs;
  for (const auto& key : keys)
    jobs += (jobs.empty() ? "" : ",") + push_text(key);
  const auto pushed = daemon.call("job.push", "{\"jobs\":[" + jobs + "]}").elements("/jobs");
  for (std::size_t i = 0; i < keys.size(); ++i) {
    facts_[keys[i]].id = pushed.at(i).text("/id");
    ids_[facts_[keys[i]].id] = keys[i];
  }
}

std::string acknowledged_work::push_text(const std::string& key) const {
  return "{\"type\":\"work\",\"tenant\":\"t" + std::to_string(key.size() % 3) +
         "\",\"key\":" + json_string(key) + ",\"payload\":" + facts_.at(key).payload + "}";
}

void acknowledged_work::step(test_client& daemon) {
  std::vector<std::string> keys;
  for (int i = 0; i < 3; ++i) {
    const auto number = ++count_;
    keys.push_back("key-" + std::to_string(number));
    std::string filler(payload_bytes_, static_cast<char>('a' + number % 26));
    // Makes the payload harder to compress.
    for (std::size_t at = 0; at < filler.size(); at += 7)
      filler[at] = static_cast<char>('A' + (number * 31 + at * 17) % 26);
    facts_[keys.back()].payload = json_string(filler + std::to_string(number));
  }
  push(daemon, keys);
  const auto leases =
      daemon.call("job.pop", R"({"worker":"w","lease_ms":3600000})").elements("/leases");
  for (const auto& lease : leases) {
    // The job may be known from its lease although its push was not answered.
    const auto id = lease.text("/jobs/0/id");
    const auto key = ids_.contains(id) ? ids_[id] : std::string{};
    const auto result = "{\"of\":" + json_string(key) + "}";
    if (!key.empty())
      facts_[key].settle_unanswered = true;
    daemon.call("job.complete", "{\"results\":[{\"lease\":" + json_string(lease.text("/lease")) +
                                    R"(,"outcome":"succeeded","result":)" + result + "}]}");
    if (!key.empty())
      facts_[key].result = result;
  }
  setting_tried_ = setting_tried_ + 1;
  daemon.call("tenant.put",
              "{\"name\":\"setting\",\"max_queued\":" + std::to_string(setting_tried_) + "}");
  setting_ = setting_tried_;
}

acknowledged_work::outcome acknowledged_work::steps(const wire::endpoint& where,
                                                    std::size_t count) {
  outcome seen;
  try {
    test_client daemon{where};
    for (std::size_t i = 0; i < count; ++i) {
      try {
        step(daemon);
      } catch (const refused& error) {
        if (error.error().text("/data/kind") != "unavailable")
          throw std::logic_error(error.what());
        ++seen.refusals;
      }
    }
  } catch (const std::runtime_error&) {
    seen.lost = true;
  }
  return seen;
}

std::string acknowledged_work::compare(const fact& known, const json& seen) const {
  if (seen.at("/payload").raw() != known.payload)
    return "another payload";
  const auto state = seen.text("/state");
  if (!known.result.empty() && (state != "succeeded" || seen.at("/result").raw() != known.result))
    return state + " although its success was acknowledged";
  if (known.result.empty() && !known.settle_unanswered && state != "ready" && state != "running")
    return state + " although nobody ended it";
  return {};
}

std::vector<std::string> acknowledged_work::missing(test_client& daemon) {
  std::vector<std::string> found;
  std::vector<std::int64_t> requests;
  for (const auto& [id, key] : ids_)
    requests.push_back(daemon.send("job.get", "{\"id\":" + json_string(id) + "}"));
  auto request = requests.begin();
  for (const auto& [id, key] : ids_) {
    try {
      const auto seen = daemon.result(*request++);
      if (auto flaw = compare(facts_[key], seen); !flaw.empty())
        found.push_back(id + ": " + flaw);
    } catch (const refused& error) {
      found.push_back(id + ": " + error.what());
    }
  }
  if (setting_ > 0) {
    const auto value = static_cast<std::uint64_t>(
        daemon.call("tenant.get", R"({"name":"setting"})").integer("/max_queued"));
    if (value < setting_ || value > setting_tried_)
      found.push_back("the setting is " + std::to_string(value) + ", not " +
                      std::to_string(setting_));
  }
  std::vector<std::string> unanswered;
  for (const auto& [key, known] : facts_)
    if (known.id.empty())
      unanswered.push_back(key);
  if (!unanswered.empty()) {
    for (const auto& key : unanswered)
      facts_[key].settle_unanswered = true; // It may already have been completed.
    push(daemon, unanswered);
  }
  return found;
}

bool tested_daemon::works_again() {
  return eventually([&] {
    const auto before = work.acknowledged();
    steps(1);
    return work.acknowledged() > before;
  });
}

std::string tested_daemon::missing() {
  test_client client{daemon.endpoint()};
  std::string all;
  for (const auto& text : work.missing(client))
    all += (all.empty() ? "" : "; ") + text;
  return all;
}

std::string tested_daemon::missing_after_restart() {
  if (daemon.is_running())
    daemon.kill();
  return daemon.start() ? missing() : "it doesn't start: " + daemon.messages();
}

} // namespace rota::tests::fault
