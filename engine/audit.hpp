// What a step of an audit returns: queues and the arbiter count again, piece by piece, what they keep.
#pragma once
#include <optional>
#include <string>

namespace rota::engine {

struct audited {
  bool whole = false;                 ///< Everything was looked at; the next step begins anew.
  std::optional<std::string> finding; ///< The first rule that is broken, as a sentence.
};

} // namespace rota::engine
