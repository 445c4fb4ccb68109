// One request of a console, on its way from the CONSOLE actor to the io thread.
#pragma once
#include <cstdint>
#include <string>

namespace rota::daemon {

struct console_request {
  std::uint64_t number = 0; ///< For the answer.
  std::string method;
  std::string params; ///< As it came; not yet checked.
};

/// JSON text: the result, or the error.
struct console_answer {
  std::uint64_t number = 0;
  bool done = false;
  std::string text;
};

} // namespace rota::daemon
