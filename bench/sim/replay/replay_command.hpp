#pragma once

namespace rota::bench {

/// `rota-sim replay FILE`: plays a Standard Workload Format log through a real rotad, faster than it was. The log's
/// users are tenants, its partitions are types, and simulated workers hold each job for the time that it ran, divided
/// by the speed. Returns the exit status.
int run_replay(int count, char** arguments);

} // namespace rota::bench
