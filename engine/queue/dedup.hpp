// The idempotency keys that a queue remembers, each from the push of its job until some time after
// that job's end.
#pragma once
#include "engine/ids.hpp"
#include "engine/job.hpp"
#include "engine/time.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace rota::engine {

/// The first job pushed with a key.
struct remembered_key {
  serial first;
  std::optional<job_state> ended; ///< Its end state; nothing while the job lives.
  time_point forget_at = never;   ///< Set once the job has ended.
};

/// A change that a snapshot must write for the key of an ended job. The rows of living jobs contain
/// their keys.
struct key_change {
  std::string key;
  bool dropped = false; ///< Delete the key's row; otherwise write it:
  serial first;
  job_state state = job_state::succeeded;
  time_point forget_at{};
  bool operator==(const key_change&) const = default;
};

/// All calls are O(log n) in the number of keys.
class dedup_keys {
public:
  /// The job that holds the key at `now`; nothing if the key is free.
  std::optional<remembered_key> find(std::string_view key, time_point now) const;

  /// Assigns the key to the job, regardless of its previous holder.
  void claim(std::string_view key, serial job);
  /// Reports the end of a job. Does nothing if the key belongs to another job.
  void release(std::string_view key, serial job, job_state ended, time_point forget_at);
  /// Restores a key from its row, after a restart; its job has ended.
  void restore(std::string key, serial job, job_state ended, time_point forget_at);

  /// Forgets the keys that are due.
  void advance(time_point now);
  /// The next time at which advance() has something to do; `never` if there is none.
  time_point next_wake() const { return due_.empty() ? never : due_.begin()->first; }
  bool empty() const { return keys_.empty() && changed_.empty(); }

  /// Returns and clears the pending changes of keys' rows, at most `limit`, one per key.
  std::vector<key_change> take_changes(std::size_t limit);
  bool has_changes() const { return !changed_.empty(); }

private:
  struct entry : remembered_key {};
  using table = std::map<std::string, entry, std::less<>>;

  void set_forget_at(table::iterator key, time_point at);

  table keys_;
  std::set<std::pair<time_point, std::string_view>> due_; ///< Views of the keys of keys_.
  std::set<std::string, std::less<>> stored_;  ///< Keys that have a row, or will have after the
                                               ///< snapshot.
  std::set<std::string, std::less<>> changed_; ///< Keys whose row is outdated.
};

} // namespace rota::engine
