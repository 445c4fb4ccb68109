#include "actors/executor/executor_board.hpp"

#include <algorithm>
#include <utility>

namespace rota::actors {

bool same_backend(const engine::executor_settings& a, const engine::executor_settings& b) {
  const auto members = [](const std::string& options) {
    return options == "{}" ? std::string{} : options;
  };
  return a.kind == b.kind && members(a.options) == members(b.options);
}

void executor_board::put(const std::string& name, running_executor executor) {
  const system::lock held{mutex_};
  entries_.insert_or_assign(name, entry{std::move(executor), {}});
}

void executor_board::put_broken(const std::string& name, std::string why) {
  entry broken;
  broken.health.start_error = std::move(why);
  const system::lock held{mutex_};
  entries_.insert_or_assign(name, std::move(broken));
}

void executor_board::remove(const std::string& name) {
  const system::lock held{mutex_};
  if (auto node = entries_.extract(name))
    removed_.push_back(std::move(node.mapped()));
}

void executor_board::clear() {
  decltype(entries_) present; // destroyed outside the lock
  decltype(removed_) removed;
  {
    const system::lock held{mutex_};
    present.swap(entries_);
    removed.swap(removed_);
  }
  for (const auto& [name, entry] : present)
    if (entry.executor)
      entry.executor->backend.executor->close();
}

std::optional<running_executor> executor_board::find(const std::string& name) const {
  const system::lock held{mutex_};
  const auto found = entries_.find(name);
  return found != entries_.end() ? found->second.executor : std::nullopt;
}

std::vector<running_executor> executor_board::all() const {
  const system::lock held{mutex_};
  std::vector<running_executor> out;
  const auto add = [&](const entry& e) {
    if (e.executor)
      out.push_back(*e.executor);
  };
  for (const auto& [name, entry] : entries_)
    add(entry);
  std::for_each(removed_.begin(), removed_.end(), add);
  return out;
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

} // namespace rota::actors
