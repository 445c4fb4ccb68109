// The executors, their actors and their health.
#pragma once
#include "actors/executor/backend_calls.hpp"
#include "actors/executor/interfaces.hpp"
#include "actors/executor/starting_attempts.hpp"
#include "executors/executor.hpp"
#include "executors/start_machine.hpp"
#include "executors/watch_machine.hpp"
#include "system/thread_safety.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rota::actors {

/// A backend and the threads that call it. Starts are slow and many, so they have their own
/// threads: an end does not wait behind them.
struct executor_backend {
  std::shared_ptr<executors::executor> executor;
  std::shared_ptr<backend_calls> starts;
  std::shared_ptr<backend_calls> calls;
};

/// The arguments with which an executor's runner and poller are spawned.
struct machine_setup {
  std::string executor;
  executor_backend backend;
  std::shared_ptr<starting_attempts> starting; ///< Shared by runner and poller.
};

/// Returns whether both settings make the same backend, that is, differ in their slots at most.
bool same_backend(const engine::executor_settings& a, const engine::executor_settings& b);

/// The part of executor.list that is not settings.
struct executor_health : executors::start_figures, executors::watch_figures {
  /// Last temporary failure of start() or capacity(); empty: none since.
  std::string start_error;
  std::string poll_error; ///< Error of the last round; empty: it succeeded.
};

/// An executor with its backend and its actors.
struct running_executor {
  engine::executor_settings settings; ///< Those that the backend was made from.
  executor_backend backend;
  runner_actor runner;
  poller_actor poller;
};

/// Supervisor, runners and pollers write; queues and sessions read. Thread-safe.
class executor_board {
public:
  /// Adds an executor, or replaces the one of that name.
  void put(const std::string& name, running_executor executor);
  /// Records that the executor could not be made, and why; its previous backend is dropped.
  void put_broken(const std::string& name, std::string why);
  /// The executor gets no new work; messages in flight still reach its runner.
  void remove(const std::string& name);
  /// Removes all executors; returns when the calls in progress have ended.
  void clear();

  /// Returns nothing if there is no executor of that name, or if it could not be made.
  std::optional<running_executor> find(const std::string& name) const;
  /// Returns all running executors, removed ones included.
  std::vector<running_executor> all() const;

  std::optional<executor_health> health(const std::string& name) const;
  /// Returns the health of all present executors, by name.
  std::vector<std::pair<std::string, executor_health>> healths() const;
  /// Returns whether attempts of the executor are starting or running.
  bool has_attempts(const std::string& name) const;

  /// Runs `change(executor_health&)` under the lock, if the executor exists.
  template <class Change>
  void change_health(const std::string& name, Change&& change) {
    const system::lock held{mutex_};
    if (const auto found = entries_.find(name); found != entries_.end())
      change(found->second.health);
  }

private:
  struct entry {
    std::optional<running_executor> executor; ///< Nothing: it could not be made.
    executor_health health;
  };

  mutable system::mutex mutex_;
  std::map<std::string, entry> entries_ ROTA_GUARDED_BY(mutex_);
  std::vector<entry> removed_ ROTA_GUARDED_BY(mutex_);
};

} // namespace rota::actors
