#include "actors/executor/executor_board.hpp"

#include <caf/send.hpp>

#include <utility>

namespace rota::actors {

bool same_backend(const engine::executor_settings& a, const engine::executor_settings& b) {
  const auto members = [](const std::string& options) {
    return options == "{}" ? std::string{} : options;
  };
  return a.kind == b.kind && members(a.options) == members(b.options);
}

void executor_board::put(const std::string& name, engine::executor_settings settings,
                         executor_backend backend, runner_actor runner, poller_actor poller) {
  entry made{std::move(settings), std::move(backend), {std::move(runner), std::move(poller)}, {}};
  const system::lock held{mutex_};
  entries_.insert_or_assign(name, std::move(made));
}

void executor_board::put_broken(const std::string& name, std::string why) {
  entry made;
  made.health.start_error = std::move(why);
  const system::lock held{mutex_};
  entries_.insert_or_assign(name, std::move(made));
}

void executor_board::remove(const std::string& name) {
  const system::lock held{mutex_};
  if (const auto found = entries_.find(name); found != entries_.end()) {
    removed_.push_back(std::move(found->second));
    entries_.erase(found);
  }
}

void executor_board::clear() {
  decltype(entries_) gone; // destroyed outside the lock
  decltype(removed_) long_gone;
  {
    const system::lock held{mutex_};
    gone.swap(entries_);
    long_gone.swap(removed_);
  }
  for (const auto& [name, entry] : gone)
    if (entry.backend.executor)
      entry.backend.executor->close();
}

std::optional<executor_backend> executor_board::backend(const std::string& name) const {
  const system::lock held{mutex_};
  const auto found = entries_.find(name);
  return found != entries_.end() && found->second.backend.executor
             ? std::optional{found->second.backend}
             : std::nullopt;
}

std::optional<executor_health> executor_board::health(const std::string& name) const {
  const system::lock held{mutex_};
  const auto found = entries_.find(name);
  return found != entries_.end() ? std::optional{found->second.health} : std::nullopt;
}

std::vector<std::pair<std::string, executor_health>> executor_board::healths() const {
  const system::lock held{mutex_};
  std::vector<std::pair<std::string, executor_health>> out;
  for (const auto& [name, entry] : entries_)
    out.emplace_back(name, entry.health);
  return out;
}

bool executor_board::has_attempts(const std::string& name) const {
  const auto known = health(name);
  return known && known->starting + known->running > 0;
}

void executor_board::send_to_runner(const std::string& name, const stop_attempt& what) const {
  if (const auto executor = actors_of(name))
    caf::anon_send(executor->runner, what);
}

std::optional<executor_board::executor_actors>
executor_board::actors_of(const std::string& name) const {
  const system::lock held{mutex_};
  const auto found = entries_.find(name);
  return found != entries_.end() && found->second.actors.runner
             ? std::optional{found->second.actors}
             : std::nullopt;
}

std::vector<executor_board::executor_actors> executor_board::all_actors() const {
  const system::lock held{mutex_};
  std::vector<executor_actors> all;
  for (const auto& [name, entry] : entries_)
    all.push_back(entry.actors);
  for (const auto& entry : removed_)
    all.push_back(entry.actors);
  return all;
}

std::optional<engine::executor_settings>
executor_board::backend_settings(const std::string& name) const {
  const system::lock held{mutex_};
  const auto found = entries_.find(name);
  return found != entries_.end() && found->second.actors.runner
             ? std::optional{found->second.settings}
             : std::nullopt;
}

} // namespace rota::actors
