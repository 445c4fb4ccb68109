// What a command leaves behind when it ends.
#pragma once

namespace rota::shim {

/// Kills all children of this process, and theirs, which become ours one by one, and takes note of
/// their ends. Comes back when none is left, or after some seconds: one that sleeps in the kernel
/// runs nothing of its own any more. SIGCHLD must be blocked.
void kill_descendants();

} // namespace rota::shim
