// Starts attempts, each at most once.
#pragma once
#include "executors/docker/engine_api.hpp"
#include "executors/docker/process_watch.hpp"
#include "executors/docker/run_folders.hpp"
#include "executors/executor.hpp"
#include "executors/options.hpp"

#include <functional>
#include <string>

namespace rota::executors::docker {

/// Returns the name of an attempt's container.
[[nodiscard]] std::string container_name(const std::string& instance, const std::string& attempt);

/// Implements executor::start() on an engine. The constructor's references must outlive it.
/// Thread-safe.
class container_starter {
public:
  container_starter(engine_api& api, run_folders& folders, process_watch& watch,
                    std::string instance, std::string executor);

  /// Calls `prepared` with the name once the attempt's folder exists, before the attempt may run.
  start_result start(const start_order& order,
                     const std::function<void(const std::string& name)>& prepared);

private:
  struct task;

  start_result create(task& what);
  start_result resume(task& what);
  start_result resume_with(task& what, const container_facts& facts);
  start_result start_container(task& what);
  start_result handle_start_error(task& what, const api_failure& failure);
  start_result recreate(task& what, const std::string& why);
  start_result fail(const task& what, const api_failure& failure);
  start_result refuse(const task& what, std::string why);
  start_result started_as(const task& what, const container_facts& facts);

  engine_api& api_;
  run_folders& folders_;
  process_watch& watch_;
  const std::string instance_;
  const std::string executor_;
};

} // namespace rota::executors::docker
