// Jobs, leases and subscriptions as clients name them.
#pragma once
#include "engine/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace rota::wire {

/// A text that Rota never makes has no id: it is answered as not found, never as invalid.
template <class Id>
struct reference {
  std::optional<Id> id;
  std::string unknown; ///< The text, where there is no id.

  /// The text that came.
  std::string text() const { return id ? to_text(*id) : unknown; }
  bool operator==(const reference&) const = default;
};
using job_ref = reference<engine::job_id>;
using lease_ref = reference<engine::attempt_id>;

/// Names a subscription of its connection; 0 is none. On the wire it is a text.
struct subscription_id {
  std::uint64_t value = 0;
  auto operator<=>(const subscription_id&) const = default;
};

} // namespace rota::wire
