// The sessions of a runtime: to query them and to end them.
#pragma once
#include "actors/interfaces.hpp"
#include "system/thread_safety.hpp"

#include <caf/actor_addr.hpp>
#include <caf/actor_cast.hpp>

#include <cstddef>
#include <map>
#include <vector>

namespace rota::actors {

/// Holds no session alive. Thread-safe.
///
/// Messages are sent under the same lock as sessions are removed. So once a session is removed,
/// everything sent to it through the list is in its mailbox.
class session_list {
public:
  void add(const session_actor& session);
  /// Does nothing if the session is not in the list.
  void remove(caf::actor_id session);

  /// Runs `send(session)` for each session. Returns their number.
  template <class Send>
  std::size_t send_to_all(Send&& send) const {
    std::vector<session_actor>
        alive; // released without the lock: the last reference to a session may be here
    const system::lock held{mutex_};
    for (const auto& [id, address] : sessions_)
      if (auto session = caf::actor_cast<caf::strong_actor_ptr>(address)) {
        alive.push_back(caf::actor_cast<session_actor>(std::move(session)));
        send(alive.back());
      }
    return alive.size();
  }
  /// Returns all sessions, possibly including one that has just ended.
  std::vector<session_actor> all() const;

private:
  mutable system::mutex mutex_;
  std::map<caf::actor_id, caf::actor_addr>
      sessions_ ROTA_GUARDED_BY(mutex_); ///< In the order of their creation.
};

} // namespace rota::actors
