// The store of a simulation: in memory, or, when the daemon is started again in it, in a folder.
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
  /// From now on nothing that is written stays.
  void crash() { disk_.stop_writing(); }
  /// Closes and opens it again; what was written before a crash is there.
  void reopen();
  /// What a daemon finds that starts now.
  actors::recovered start(engine::time_point now);

private:
  void open();

  crash_env disk_;
  std::optional<temporary_folder> folder_;
  std::unique_ptr<persistence::store> store_;
};

} // namespace rota::bench
