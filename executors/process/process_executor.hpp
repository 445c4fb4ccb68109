// Runs each attempt as a process of this machine, under a small shim of its own that outlives the
// daemon.
//
//   start() --order, lock--> rota-shim --started--> command
//   mark_watch <---mark--- rota-shim <-- end of the command, result
//
// place.folder/live/ATTEMPT is the run folder of an attempt (run_folder/records.hpp), ended/ keeps
// those that were removed, for their output, marks/ tells ends. The lock of a run folder is the one
// sign of life: numbers of processes are given to others and a dead one may stay listed for long.
//
// As a container's first process the daemon would have to take note of the ends of shims: run it
// there below an init.
#pragma once
#include "executors/executor.hpp"

#include <memory>

namespace rota::executors {

/// Needs place.programs + "/rota-shim" and a folder on a local disk. What is wrong with the folder
/// is told by every call.
[[nodiscard]] std::unique_ptr<executor> make_process_executor(const executor_place& place);

} // namespace rota::executors
