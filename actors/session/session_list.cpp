#include "actors/session/session_list.hpp"

#include <caf/actor_cast.hpp>
#include <caf/typed_actor.hpp>

#include <algorithm>

namespace rota::actors {

void session_list::add(const session_actor& session) {
  const std::lock_guard lock{mutex_};
  if (sessions_.size() >= clean_at_) {
    take_living();
    clean_at_ = std::max(clean_at_, 2 * sessions_.size());
  }
  sessions_.push_back(session.address());
}

std::vector<session_actor> session_list::living() {
  const std::lock_guard lock{mutex_};
  return take_living();
}

/// Forgets the dead.
std::vector<session_actor> session_list::take_living() {
  std::vector<session_actor> alive;
  alive.reserve(sessions_.size());
  std::erase_if(sessions_, [&](const caf::actor_addr& address) {
    auto session = caf::actor_cast<caf::strong_actor_ptr>(address);
    if (!session)
      return true;
    alive.push_back(caf::actor_cast<session_actor>(std::move(session)));
    return false;
  });
  return alive;
}

} // namespace rota::actors
