#pragma once

namespace rota::bench {

/// `rota-sim replay FILE`: replays a Standard Workload Format log against a real rotad, faster than
/// recorded. Users of the log are tenants, partitions are types, and simulated workers hold each
/// job for its run time divided by the speed. Returns the exit status.
int run_replay(int count, char** arguments);

} // namespace rota::bench
