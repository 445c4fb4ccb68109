// The actors that run jobs on executors, and their messages.
//
//   DIRECTORY -> SUPERVISOR, which spawns a RUNNER and a POLLER for each executor
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

// -- RUNNER and POLLER ----------------------------------------------------------------------------

struct durable_reached {
  engine::position position;
};
struct stop_attempt {
  engine::attempt_id attempt;
  engine::position position; ///< Of the cancel.
};
/// A backend's answers are shared pointers, because messages are copied.
struct start_answered {
  engine::attempt_id attempt;
  std::shared_ptr<executors::start_result> answer;
};
struct list_answered {
  std::uint64_t round = 0;
  std::shared_ptr<executors::backend_result<std::vector<executors::listed_attempt>>> answer;
};
struct result_answered {
  engine::attempt_id attempt;
  std::shared_ptr<executors::backend_result<executors::attempt_result>> answer;
};
struct call_answered {
  executors::plain_call call;
  std::string error; ///< Empty: it succeeded.
};
struct backend_hinted {
  std::string name; ///< Empty: any of them.
};
struct slots_known {};
struct executor_removed {};

using durable_listener = caf::typed_actor<caf::reacts_to<durable_reached>>;

using runner_actor = caf::typed_actor<
    // From the supervisor: the pool has slots, so it can ask for turns.
    caf::reacts_to<slots_known>,
    // From the supervisor: the executor was removed. It asks for no new work.
    caf::reacts_to<executor_removed>,
    // A granted turn: an attempt whose intent is at the part's position, or nothing if its jobs
    // were cancelled meanwhile.
    caf::reacts_to<lease_part>,
    // The ask for turns is closed; carries the total number of lease_parts.
    caf::reacts_to<ask_done>,
    // A settlement is recorded at the part's position.
    caf::reacts_to<settled_part>,
    // A position that was waited for is durable.
    caf::reacts_to<durable_reached>,
    // From a queue: all jobs of the attempt are to be cancelled. Nothing is done before the cancel
    // is durable.
    caf::reacts_to<stop_attempt>,
    // The backend's answer to start().
    caf::reacts_to<start_answered>,
    // The backend's answer to fence() or remove().
    caf::reacts_to<call_answered>,
    // INTERNAL: the machine's deadline has passed.
    caf::reacts_to<deadline_passed>,
    // Returns how many messages wait for it.
    caf::reacts_to<load_wanted>>;

using poller_actor = caf::typed_actor<
    // From the runner: the attempt runs or ran; the poller is now responsible for it.
    caf::reacts_to<executors::watch_order>,
    // From the runner, if it has handed over the attempt: its cancel is durable.
    caf::reacts_to<stop_attempt>,
    // From the backend: an attempt may have ended.
    caf::reacts_to<backend_hinted>,
    // The backend's answer to list().
    caf::reacts_to<list_answered>,
    // The backend's answer to result().
    caf::reacts_to<result_answered>,
    // The backend's answer to signal(), fence() or remove().
    caf::reacts_to<call_answered>,
    // A settlement is recorded at the part's position.
    caf::reacts_to<settled_part>,
    // A position that was waited for is durable.
    caf::reacts_to<durable_reached>,
    // INTERNAL: the machine's deadline has passed.
    caf::reacts_to<deadline_passed>,
    // Returns how many messages wait for it.
    caf::reacts_to<load_wanted>>;

// -- SUPERVISOR --------------------------------------------------------------------------------------

struct executor_changed {
  std::string name;
  std::optional<engine::executor_settings> settings;
};
struct capacity_answered {
  std::string name;
  std::optional<double> slots;
};

using supervisor_actor = caf::typed_actor<
    // From the directory: an executor's current settings; nothing: it was removed.
    caf::reacts_to<executor_changed>,
    // A backend's answer to capacity().
    caf::reacts_to<capacity_answered>>;

} // namespace rota::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rota::executors::watch_order)
