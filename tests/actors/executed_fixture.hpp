// A runtime with the simulated executor, in virtual time.
#pragma once
#include "executors/simulated/simulated_executor.hpp"
#include "tests/actors/runtime_fixture.hpp"

#include <memory>
#include <string>
#include <vector>

namespace rota::tests {

using namespace std::chrono_literals;
using engine::job_state;
using executors::simulated_executor;
using executors::simulated_faults;

inline constexpr const char* executor_name = "sim";

inline engine::type_settings type_on_executor() {
  engine::type_settings type;
  type.executor = engine::executor_choice{executor_name, R"({"command":["true"],"grace_ms":2000})"};
  type.retry.jitter = false;
  type.retry.base = 1000ms;
  return type;
}

inline actors::recovered with_executor(double slots = 2,
                                       engine::type_settings type = type_on_executor()) {
  actors::recovered from;
  from.settings.executors[executor_name] = {"simulated", engine::quantity_from(slots), {}};
  from.settings.types["t"] = std::move(type);
  return from;
}

/// A runtime with one executor, whose backend the test can break.
class executed_fixture {
public:
  explicit executed_fixture(actors::recovered from = with_executor(),
                            simulated_executor::planner plan = executors::run_of_payload)
      : backend(std::make_shared<simulated_executor>([this] { return now(); }, std::move(plan))),
        runtime(std::move(from), {}, [this](const std::string&, const engine::executor_settings&) {
          return actors::executor_backend{backend, std::make_shared<actors::backend_calls>(0),
                                          std::make_shared<actors::backend_calls>(0)};
        }) {
    client = &runtime.connect();
  }

  engine::time_point now() { return runtime.now(); }

  engine::job_id push(std::string payload = R"({"run_ms":1000})", const std::string& tenant = "a",
                      const std::string& type = "t") {
    return push_many(1, std::move(payload), tenant, type).at(0);
  }
  /// Pushes all in one request, so that they arrive together.
  std::vector<engine::job_id> push_many(std::size_t count, std::string payload,
                                        const std::string& tenant = "a",
                                        const std::string& type = "t") {
    auto what = tests::push(type, tenant, count);
    for (auto& job : what.jobs)
      job.spec.payload = payload;
    std::vector<engine::job_id> ids;
    for (const auto& job : runtime.ask<actors::push_reply>(std::move(what)).jobs)
      ids.push_back(job.id);
    return ids;
  }
  actors::job_view get(engine::job_id id) {
    return runtime.ask<actors::job_view>(actors::get_command{ref(id)});
  }
  job_state state(engine::job_id id) { return get(id).record.state; }
  /// Steps until the job is in that state. Returns false after `most`.
  bool becomes(engine::job_id id, job_state wanted, std::chrono::milliseconds most = 60s) {
    for (std::chrono::milliseconds t{0}; t < most; t += 100ms) {
      if (state(id) == wanted)
        return true;
      runtime.advance(100ms, 100ms);
    }
    return state(id) == wanted;
  }
  /// Steps until the job's attempt counts as crashed. Returns false after `most`.
  bool crashes(engine::job_id id, std::chrono::milliseconds most = 30s) {
    for (std::chrono::milliseconds t{0}; t < most && get(id).record.counts.crashes == 0; t += 100ms)
      runtime.advance(100ms, 100ms);
    return get(id).record.counts.crashes > 0;
  }
  void cancel(engine::job_id id) {
    actors::cancel_command what;
    what.which.ids = {ref(id)};
    runtime.ask<actors::cancel_reply>(std::move(what));
  }
  actors::executor_health health() {
    return runtime.shared().executors.health(executor_name).value();
  }
  std::string name_of_attempt(engine::job_id id) {
    return to_text(engine::attempt_id{id.queue, get(id).record.attempt.value().number});
  }

  std::shared_ptr<simulated_executor> backend;
  runtime_fixture runtime;
  session_client* client = nullptr;
};

} // namespace rota::tests
