// Effects that the start_machine and the watch_machine share. A machine is pure: it has no clock
// and makes no call. Its shell reports events to it, carries out the effects that it takes from it,
// and calls tick() at next_wake().
#pragma once
#include "engine/ids.hpp"
#include "engine/position.hpp"
#include "executors/executor.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace rota::executors {

/// Calls that return only an error, if any. The shell reports the result with the machine's
/// answered().
struct signal_call {
  std::string name; ///< The attempt's, in its backend.
  stop_signal what = stop_signal::terminate;
};
struct fence_call {
  std::string name;
};
struct remove_call {
  std::string name;
};
using plain_call = std::variant<signal_call, fence_call, remove_call>;

/// Call durable() once everything up to the position is durable.
struct durable_wait {
  engine::position position;
};

/// Show operators why the backend fails; an empty text: it works.
struct health_report {
  std::string why;
};

/// Attempts that wait until an event is durable.
class durable_waits {
public:
  void add(engine::position position, engine::attempt_id attempt) {
    waiting_.emplace(position, attempt);
  }
  /// Removes and returns those that wait for a position up to `reached`, in the order of their
  /// events.
  [[nodiscard]] std::vector<engine::attempt_id> take(engine::position reached) {
    std::vector<engine::attempt_id> taken;
    const auto end = waiting_.upper_bound(reached);
    for (auto i = waiting_.begin(); i != end; ++i)
      taken.push_back(i->second);
    waiting_.erase(waiting_.begin(), end);
    return taken;
  }

private:
  std::multimap<engine::position, engine::attempt_id> waiting_;
};

/// Returns the pause after the nth failure in a row: `first`, doubled each time, up to `most`.
[[nodiscard]] inline engine::milliseconds
growing_pause(std::uint32_t failures, engine::milliseconds first, engine::milliseconds most) {
  // Prevents overflow; every `most` is reached earlier.
  constexpr std::uint32_t doublings_max = 16;
  return std::min(most, first * (1 << std::min(std::max(failures, 1U) - 1, doublings_max)));
}

} // namespace rota::executors
