// Which jobs may go in one batch: the value that the type's pointer finds in the payload.
#pragma once
#include "engine/job.hpp"
#include "engine/settings.hpp"

namespace rota::protocol {

/// Fills spec.batch_key and spec.batches in from the payload, which must be checked JSON. Equal
/// values give equal texts: members in any order, strings however they were escaped; numbers count
/// as equal when they are spelled alike. A payload without the value goes alone. O(payload).
void fill_batch_key(engine::job_spec& spec, const engine::batch_settings& batch);

} // namespace rota::protocol
