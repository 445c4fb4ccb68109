// Which idempotency keys a queue remembers: from the push of a job until some time past its end.
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

/// The first job that was pushed with a key.
struct remembered_key {
  serial first;
  std::optional<job_state> ended; ///< How it ended; nothing while it lives.
  time_point forget_at = never;   ///< Of an ended one.
};

/// What a snapshot must do about a key whose job has ended (living jobs carry theirs).
struct key_change {
  std::string key;
  bool dropped = false; ///< Its row goes; else it is written:
  serial first;
  job_state state = job_state::succeeded;
  time_point forget_at{};
  bool operator==(const key_change&) const = default;
};

/// Costs O(log n) a call in the number of keys.
class dedup_keys {
public:
  /// The job that holds the key at `now`; nothing when it is free.
  std::optional<remembered_key> find(std::string_view key, time_point now) const;

  /// The key is the job's from now on, whoever had it.
  void claim(std::string_view key, serial job);
  /// The job ended. Nothing happens when the key is another job's.
  void release(std::string_view key, serial job, job_state ended, time_point forget_at);
  /// A key whose job ended before a restart; its row exists.
  void restore(std::string key, serial job, job_state ended, time_point forget_at);

  /// Forgets what is due.
  void advance(time_point now);
  /// When advance() will have something to do; `never` if nothing.
  time_point next_wake() const;
  bool empty() const { return keys_.empty() && changed_.empty(); }

  /// Keys whose rows must change since they were last asked for, at most `limit`, each once.
  std::vector<key_change> take_changes(std::size_t limit);
  bool has_changes() const { return !changed_.empty(); }

private:
  struct entry : remembered_key {};
  using table = std::map<std::string, entry, std::less<>>;

  void set_forget_at(table::iterator key, time_point at);

  table keys_;
  std::set<std::pair<time_point, std::string_view>> due_; ///< Views of the table's keys.
  std::set<std::string, std::less<>> stored_; ///< Keys that have a row, or will after the snapshot.
  std::set<std::string, std::less<>> changed_; ///< Keys whose row isn't as it should be.
};

} // namespace rota::engine
