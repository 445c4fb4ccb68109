// Which executors are there, who drives them and how they are.
#pragma once
#include "actors/executor/backend_calls.hpp"
#include "actors/executor/interfaces.hpp"
#include "executors/executor.hpp"
#include "executors/start_machine.hpp"
#include "executors/watch_machine.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rota::actors {

/// A backend and the threads that call it. Starts, which are slow and many, have their own, so that
/// an end doesn't wait behind them.
struct executor_backend {
  std::shared_ptr<executors::executor> executor;
  std::shared_ptr<backend_calls> starts;
  std::shared_ptr<backend_calls> calls;
};

/// Whether both settings make the same backend: no more than the slots differ.
bool same_backend(const engine::executor_settings& a, const engine::executor_settings& b);

/// What executor.list shows beside the settings.
struct executor_health : executors::start_figures, executors::watch_figures {
  std::string start_error; ///< Of the last start that failed in passing; empty: none since.
  std::string poll_error;  ///< Of the last look; empty: it worked.
};

/// Foreman, runners and pollers write; queues and sessions read. Thread-safe.
class executor_board {
public:
  void put(const std::string& name, engine::executor_settings made_of, executor_backend backend,
           runner_actor runner, poller_actor poller);
  /// The executor couldn't be made, and why; what it was before is gone.
  void put_broken(const std::string& name, std::string why);
  /// It takes no new work; what is on its way to its runner still finds it.
  void remove(const std::string& name);
  /// All are gone; the calls under way have ended.
  void clear();

  /// Nothing when there is none of that name that works.
  std::optional<executor_backend> backend(const std::string& name) const;
  std::optional<executor_health> health(const std::string& name) const;
  /// Of all that are there, by name.
  std::vector<std::pair<std::string, executor_health>> healths() const;
  bool has_attempts(const std::string& name) const;

  /// Hands the message to the runner, if there is one.
  void tell_runner(const std::string& name, const stop_attempt& what) const;

  template <class Change>
  void change_health(const std::string& name, Change&& change) {
    const std::lock_guard lock{mutex_};
    if (const auto found = entries_.find(name); found != entries_.end())
      change(found->second.health);
  }

  struct crew {
    runner_actor runner;
    poller_actor poller;
  };
  std::optional<crew> crew_of(const std::string& name) const;
  /// All that ever were, those of removed executors too.
  std::vector<crew> crews() const;
  /// The settings that the backend was made of; nothing when there is none.
  std::optional<engine::executor_settings> made_of(const std::string& name) const;

private:
  struct entry {
    engine::executor_settings made_of;
    executor_backend backend;
    crew people;
    executor_health health;
  };

  mutable std::mutex mutex_;
  std::map<std::string, entry> entries_;
  std::vector<entry> removed_;
};

} // namespace rota::actors
