// Which jobs may go in one batch: the value that the type's pointer finds in the payload.
#pragma once
#include "engine/job.hpp"
#include "engine/settings.hpp"

#include <string_view>

namespace rota::wire {

/// The mark of a payload, which must be checked JSON. Equal values give equal keys: members in any
/// order, strings however they were escaped; numbers count as equal when they are spelled alike. A
/// payload without the value goes alone. O(payload).
engine::batch_mark batch_mark_of(std::string_view payload, const engine::batch_settings& batch);

} // namespace rota::wire
