#include "system/environment.hpp"

#include <unistd.h>

#include <string_view>

namespace rota::executors {

std::vector<std::string> inherited_variables() {
  std::vector<std::string> all;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text{*variable};
    if (!text.starts_with("TRACEPARENT=") && !text.starts_with("TRACESTATE="))
      all.emplace_back(text);
  }
  return all;
}

} // namespace rota::executors
