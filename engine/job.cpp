#include "engine/job.hpp"

#include <array>

namespace rota::engine {

std::string_view to_text(job_state state) {
  return job_state_words[static_cast<std::size_t>(state)];
}

std::optional<job_state> job_state_from(std::string_view text) {
  for (std::size_t i = 0; i < job_state_words.size(); ++i) {
    if (job_state_words[i] == text) {
      return static_cast<job_state>(i);
    }
  }
  return std::nullopt;
}

} // namespace rota::engine
