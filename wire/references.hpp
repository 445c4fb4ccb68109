// Jobs, leases and subscriptions as clients name them.
#pragma once
#include "engine/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace rota::wire {

/// A text that Rota cannot have created has no id; it is reported as not found, never as invalid.
template <class Id>
struct reference {
  std::optional<Id> id;
  std::string unknown; ///< The text if there is no id.

  /// The text that was received, or its canonical form if it has an id.
  std::string text() const { return id ? to_text(*id) : unknown; }
  bool operator==(const reference&) const = default;
};
using job_ref = reference<engine::job_id>;
using lease_ref = reference<engine::attempt_id>;

/// Identifies a subscription within its connection; 0 is none. A text on the wire.
struct subscription_id {
  std::uint64_t value = 0;
  auto operator<=>(const subscription_id&) const = default;
};

} // namespace rota::wire
