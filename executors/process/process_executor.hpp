// Runs each attempt as a process of this machine, under a small shim that outlives the daemon.
//
//   start() --order, lock--> rota-shim --started--> command
//   end_watch <---mark--- rota-shim <-- end of the command, result
//
// place.folder/live/ATTEMPT is the run folder of an attempt (run_folder/records.hpp); ended/ keeps
// the removed ones for their output; marks/ reports ends. Only the lock of a run folder shows that
// its shim is alive: process numbers are reused, and a zombie may remain listed for long.
//
// As a container's first process, the daemon would have to reap shims: run it below an init there.
#pragma once
#include "executors/executor.hpp"

#include <memory>

namespace rota::executors {

/// Needs place.programs + "/rota-shim" and a folder on a local disk. If the folder cannot be used,
/// every call returns the error.
[[nodiscard]] std::unique_ptr<executor> make_process_executor(const executor_setup& place);

} // namespace rota::executors
