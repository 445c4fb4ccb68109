#include "engine/queue/dedup.hpp"

#include <utility>

namespace rota::engine {

std::optional<remembered_key> dedup_keys::find(std::string_view key, time_point now) const {
  auto found = keys_.find(key);
  if (found == keys_.end() || found->second.forget_at <= now)
    return std::nullopt;
  return found->second;
}

void dedup_keys::set_forget_at(table::iterator key, time_point at) {
  auto& e = key->second;
  if (e.forget_at != never)
    due_.erase({e.forget_at, key->first});
  e.forget_at = at;
  if (at != never)
    due_.insert({at, key->first});
}

void dedup_keys::claim(std::string_view key, serial job) {
  auto found = keys_.find(key);
  if (found == keys_.end())
    found = keys_.emplace(std::string{key}, entry{}).first;
  found->second.first = job;
  found->second.ended.reset();
  set_forget_at(found, never);
  if (stored_.find(key) != stored_.end())
    changed_.emplace(key);
  else if (auto pending = changed_.find(key); pending != changed_.end())
    changed_.erase(pending);
}

void dedup_keys::release(std::string_view key, serial job, job_state ended, time_point forget_at) {
  auto found = keys_.find(key);
  if (found == keys_.end() || found->second.first != job)
    return;
  found->second.ended = ended;
  set_forget_at(found, forget_at);
  changed_.emplace(key);
}

void dedup_keys::restore(std::string key, serial job, job_state ended, time_point forget_at) {
  stored_.insert(key);
  auto [found, fresh] = keys_.try_emplace(std::move(key));
  if (!fresh && !found->second.ended) {
    changed_.insert(found->first); // a living job holds the key: its row is outdated
    return;
  }
  found->second.first = job;
  found->second.ended = ended;
  set_forget_at(found, forget_at);
}

void dedup_keys::advance(time_point now) {
  while (!due_.empty() && due_.begin()->first <= now) {
    auto found = keys_.find(due_.begin()->second);
    due_.erase(due_.begin());
    if (stored_.find(found->first) != stored_.end())
      changed_.insert(found->first);
    else
      changed_.erase(found->first);
    keys_.erase(found);
  }
}

std::vector<key_change> dedup_keys::take_changes(std::size_t limit) {
  std::vector<key_change> changes;
  while (!changed_.empty() && changes.size() < limit) {
    auto key = changed_.extract(changed_.begin()).value();
    auto found = keys_.find(key);
    if (found != keys_.end() && found->second.ended) {
      const auto& e = found->second;
      stored_.insert(key);
      changes.push_back({std::move(key), false, e.first, *e.ended, e.forget_at});
    } else {
      stored_.erase(key);
      changes.push_back({std::move(key), true, {}, job_state::succeeded, {}});
    }
  }
  return changes;
}

} // namespace rota::engine
