// Which sessions there are: to ask them, and to end them.
#pragma once
#include "actors/interfaces.hpp"

#include <caf/actor_addr.hpp>

#include <cstddef>
#include <mutex>
#include <vector>

namespace rota::actors {

/// Keeps no session alive. Thread-safe.
class session_list {
public:
  /// O(1) over many calls.
  void add(const session_actor& session);
  /// Those that somebody holds; one that has just ended may be among them. O(n).
  std::vector<session_actor> living();

private:
  std::vector<session_actor> take_living();

  std::mutex mutex_;
  std::vector<caf::actor_addr> sessions_;
  std::size_t clean_at_ = 64; ///< With so many, the dead are forgotten.
};

} // namespace rota::actors
