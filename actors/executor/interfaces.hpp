// The actors that run jobs on executors, and the messages that they take.
//
//   DIRECTORY -> FOREMAN, which spawns a RUNNER and a POLLER for each executor
//   ARBITER, QUEUE, journal, backend -> RUNNER -watch_order-> POLLER <- QUEUE, journal, backend
#pragma once
#include "actors/interfaces.hpp"
#include "executors/machine_effects.hpp"
#include "executors/watch_machine.hpp"

#include <caf/typed_actor.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rota::actors {

// -- RUNNER and POLLER --------------------------------------------------------------------------------

struct durable_reached {
  engine::position position;
};
struct stop_attempt {
  engine::attempt_id attempt;
  engine::position position; ///< Of the cancel.
};
/// Answers of a backend are shared pointers, as messages are copied.
struct start_answered {
  engine::attempt_id attempt;
  std::shared_ptr<executors::start_result> answer;
};
struct list_answered {
  std::uint64_t round = 0;
  std::shared_ptr<executors::backend_result<std::vector<executors::sighting>>> answer;
};
struct result_answered {
  engine::attempt_id attempt;
  std::shared_ptr<executors::backend_result<executors::ending>> answer;
};
struct call_answered {
  executors::plain_call call;
  std::string error; ///< Empty: it worked.
};
struct backend_hinted {
  std::string name; ///< Empty: one of them.
};
struct slots_known {};
struct runner_dismissed {};
struct alarm_rang {
  std::uint64_t number = 0;
};

using durable_listener = caf::typed_actor<caf::reacts_to<durable_reached>>;

using runner_actor = caf::typed_actor<
    // From the foreman: the pool has slots, so turns can be asked for.
    caf::reacts_to<slots_known>,
    // From the foreman: the executor was removed. No new work is asked for.
    caf::reacts_to<runner_dismissed>,
    // A granted turn: an attempt whose intent is at the part's position, or nothing if its jobs had just gone.
    caf::reacts_to<lease_part>,
    // The ask for turns is closed; so many lease_parts come in all.
    caf::reacts_to<ask_done>,
    // A settlement is recorded, at the part's position.
    caf::reacts_to<settled_part>,
    // Everything up to a position that was waited for is durable.
    caf::reacts_to<durable_reached>,
    // From a queue: all jobs of the attempt are to be cancelled. Nothing is done before that is durable.
    caf::reacts_to<stop_attempt>,
    // The backend's answer to start().
    caf::reacts_to<start_answered>,
    // The backend's answer to fence() or remove().
    caf::reacts_to<call_answered>,
    // INTERNAL: the machine's next wake has come.
    caf::reacts_to<alarm_rang>,
    // Asks how many messages wait.
    caf::reacts_to<load_wanted>>;

using poller_actor = caf::typed_actor<
    // From the runner: the attempt runs, or ran; find out how it ends. Hands over the responsibility for it.
    caf::reacts_to<executors::watch_order>,
    // From the runner, which no longer has the attempt: its cancel is durable.
    caf::reacts_to<stop_attempt>,
    // From the backend: an attempt may have ended.
    caf::reacts_to<backend_hinted>,
    // The backend's answer to list().
    caf::reacts_to<list_answered>,
    // The backend's answer to result().
    caf::reacts_to<result_answered>,
    // The backend's answer to signal(), fence() or remove().
    caf::reacts_to<call_answered>,
    // A settlement is recorded, at the part's position.
    caf::reacts_to<settled_part>,
    // Everything up to a position that was waited for is durable.
    caf::reacts_to<durable_reached>,
    // INTERNAL: the machine's next wake has come.
    caf::reacts_to<alarm_rang>,
    // Asks how many messages wait.
    caf::reacts_to<load_wanted>>;

// -- FOREMAN ------------------------------------------------------------------------------------------

struct executor_stands {
  std::string name;
  std::optional<engine::executor_settings> settings;
};
struct capacity_answered {
  std::string name;
  std::optional<double> slots;
};

using foreman_actor = caf::typed_actor<
    // From the directory: an executor's settings as they are now; nothing: it was removed.
    caf::reacts_to<executor_stands>,
    // A backend's answer to capacity().
    caf::reacts_to<capacity_answered>>;

} // namespace rota::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rota::executors::watch_order)
