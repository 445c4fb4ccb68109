// Kills what a command leaves behind when it ends.
#pragma once

namespace rota::shim {

/// Kills and reaps all children of this process, and their descendants, which become children one
/// by one. Returns when none are left, or after some seconds: a process in uninterruptible sleep
/// runs no code of its own. SIGCHLD must be blocked.
void kill_descendants();

} // namespace rota::shim
