#include "actors/session/session_list.hpp"

namespace rota::actors {

void session_list::add(const session_actor& session) {
  const system::lock held{mutex_};
  sessions_.emplace(session.id(), session.address());
}

void session_list::remove(caf::actor_id session) {
  const system::lock held{mutex_};
  sessions_.erase(session);
}

std::vector<session_actor> session_list::all() const {
  std::vector<session_actor> out;
  send_to_all([&](const session_actor& session) { out.push_back(session); });
  return out;
}

} // namespace rota::actors
