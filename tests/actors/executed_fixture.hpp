// A room with the simulated executor, in virtual time.
#pragma once
#include "actors/executors/simulated/simulated_executor.hpp"
#include "tests/actors/room_fixture.hpp"

#include <memory>
#include <string>

namespace rota::tests {

using namespace std::chrono_literals;
using engine::job_state;
using executors::simulated_executor;
using executors::simulated_faults;

inline constexpr const char* executor_name = "sim";

inline engine::type_settings type_on_executor() {
  engine::type_settings type;
  type.executor = executor_name;
  type.executor_options = R"({"command":["true"],"grace_ms":2000})";
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

/// A room with one executor, whose backend the test can break.
class executed_room {
public:
  explicit executed_room(actors::recovered from = with_executor())
      : backend(std::make_shared<simulated_executor>([this] { return now(); },
                                                     executors::run_of_payload)),
        room(std::move(from), {}, [this](const std::string&, const engine::executor_settings&) {
          return actors::executor_backend{backend, std::make_shared<actors::backend_calls>(0),
                                          std::make_shared<actors::backend_calls>(0)};
        }) {
    client = &room.connect();
  }

  engine::time_point now() { return room.now(); }

  engine::job_id push(std::string payload = R"({"run_ms":1000})", const std::string& tenant = "a") {
    actors::push_command what;
    what.jobs.push_back({"t", tenant, {}});
    what.jobs.back().spec.payload = std::move(payload);
    return room.ask<actors::push_reply>(*client, std::move(what)).jobs.at(0).id;
  }
  actors::job_view get(engine::job_id id) {
    return room.ask<actors::job_view>(*client, actors::get_command{ref(id)});
  }
  job_state state(engine::job_id id) { return get(id).record.state; }
  /// Steps until the job is in that state; false after `most`.
  bool becomes(engine::job_id id, job_state wanted, std::chrono::milliseconds most = 60s) {
    for (std::chrono::milliseconds t{0}; t < most; t += 100ms) {
      if (state(id) == wanted)
        return true;
      room.advance(100ms, 100ms);
    }
    return state(id) == wanted;
  }
  void cancel(engine::job_id id) {
    actors::cancel_command what;
    what.ids.push_back(ref(id));
    room.ask<actors::cancel_reply>(*client, std::move(what));
  }
  actors::executor_health health() { return room.room().executors.health(executor_name).value(); }
  std::string name_of_attempt(engine::job_id id) {
    return to_text(engine::attempt_id{id.queue, get(id).record.attempt.value().number});
  }

  std::shared_ptr<simulated_executor> backend;
  room_fixture room;
  test_client* client = nullptr;
};

} // namespace rota::tests
