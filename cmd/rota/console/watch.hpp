// A command again and again.
#pragma once
#include "cmd/rota/context.hpp"

#include <functional>
#include <string>
#include <vector>

namespace rota::client {

/// `words` is what stands after `watch`: its options, then a command, which `run` runs anew each
/// interval, on a screen cleared for it, until Ctrl-C, --count times, or until it fails.
[[nodiscard]] exit_status watch(std::vector<std::string> words,
                                const std::function<exit_status(std::vector<std::string>)>& run);

} // namespace rota::client
