// A command again and again.
#pragma once
#include "cmd/rota/context.hpp"

#include <functional>
#include <string>
#include <vector>

namespace rota::client {

/// What a command line asks for, to be done as often as one likes; or what to end with, when it was said why it can't be.
using understood_command = boost::system::result<std::function<exit_status()>, exit_status>;

/// `words` is what stands after `watch`: its options, then a command, which is done anew each
/// interval, on a screen cleared for it, until Ctrl-C, --count times, or until it fails. The first interval is cut short
/// by chance, so that many that began together don't ask at the same moment for ever.
[[nodiscard]] exit_status
watch(std::vector<std::string> words,
      const std::function<understood_command(std::vector<std::string>)>& understand);

} // namespace rota::client
