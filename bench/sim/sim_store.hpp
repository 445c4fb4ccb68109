// The store of a simulation: in memory, or in a folder if the daemon restarts during the
// simulation.
#pragma once
#include "actors/runtime/recovery.hpp"
#include "bench/common/program.hpp"
#include "bench/sim/crash_env.hpp"
#include "persistence/store/store.hpp"

#include <memory>
#include <optional>

namespace rota::bench {

class sim_store {
public:
  explicit sim_store(bool survives);

  persistence::store& get() { return *store_; }
  /// Makes every further write fail.
  void crash() { disk_.stop_writing(); }
  /// Closes and reopens the store; it has everything that was written before a crash.
  void reopen();
  /// The state that a newly started daemon recovers.
  actors::recovered start(engine::time_point now);

private:
  void open();

  crash_env disk_;
  std::optional<temporary_folder> folder_;
  std::unique_ptr<persistence::store> store_;
};

} // namespace rota::bench
