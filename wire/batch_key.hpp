// The key that decides which jobs may share a batch: the value in the payload at the type's JSON
// pointer.
#pragma once
#include "engine/job.hpp"
#include "engine/settings.hpp"

#include <string_view>

namespace rota::wire {

/// Returns the batch mark of a payload, which must be checked JSON. Equal values give equal keys,
/// whatever the order of members and the escapes in strings; numbers are equal if they are spelled
/// alike. A payload without the value runs alone. O(payload).
engine::batch_mark batch_mark_of(std::string_view payload, const engine::batch_settings& batch);

} // namespace rota::wire
