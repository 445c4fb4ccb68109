// Which sessions there are: to ask them, and to end them.
#pragma once
#include "actors/interfaces.hpp"

#include <caf/actor_addr.hpp>
#include <caf/actor_cast.hpp>

#include <cstddef>
#include <map>
#include <mutex>
#include <vector>

namespace rota::actors {

/// Keeps no session alive. Thread-safe.
///
/// Messages are sent under the lock under which a session is removed: so once it is removed,
/// everything that was sent to it through the list is in its mailbox.
class session_list {
public:
  void add(const session_actor& session);
  /// Does nothing if the session isn't in the list.
  void remove(caf::actor_id session);

  /// Runs `send(session)` for each session. Returns how many there are.
  template <class Send>
  std::size_t send_to_all(Send&& send) const {
    std::vector<session_actor>
        alive; // let go without the lock: one that nobody else holds ends then
    const std::lock_guard lock{mutex_};
    for (const auto& [id, address] : sessions_)
      if (auto session = caf::actor_cast<caf::strong_actor_ptr>(address)) {
        alive.push_back(caf::actor_cast<session_actor>(std::move(session)));
        send(alive.back());
      }
    return alive.size();
  }
  /// All of them. One that has just ended may be among them.
  std::vector<session_actor> all() const;

private:
  mutable std::mutex mutex_;
  std::map<caf::actor_id, caf::actor_addr> sessions_; ///< In the order of their begin.
};

} // namespace rota::actors
