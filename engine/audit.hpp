// The result of one audit step. Queues and the arbiter recount their derived state in steps.
#pragma once
#include <optional>
#include <string>

namespace rota::engine {

struct audit_result {
  bool complete = false;              ///< The audit is complete; the next step starts another one.
  std::optional<std::string> finding; ///< The first broken rule, as a sentence.
};

} // namespace rota::engine
