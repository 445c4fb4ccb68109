// The state changes of jobs that nobody cancels or revives, as clients see them; docs/design.md has
// the full table.
#pragma once
#include "engine/job.hpp"

#include <optional>

namespace rota::bench {

/// `from` is nothing for a new job.
[[nodiscard]] inline bool may_change(std::optional<engine::job_state> from, engine::job_state to) {
  using engine::job_state;
  if (!from)
    return to == job_state::ready || to == job_state::delayed;
  switch (*from) {
  case job_state::delayed: return to == job_state::ready;
  case job_state::ready: return to == job_state::starting;
  case job_state::starting:
  case job_state::running: return to != job_state::starting && to != job_state::cancelled;
  case job_state::succeeded:
  case job_state::failed:
  case job_state::cancelled: return false;
  }
  return false;
}

} // namespace rota::bench
