// Repeats a command at an interval.
#pragma once
#include "cmd/rota/context.hpp"

#include <functional>
#include <string>
#include <vector>

namespace rota::client {

/// A parsed command, which can be run any number of times; or the exit status if parsing failed,
/// which has been reported.
using understood_command = boost::system::result<std::function<exit_status()>, exit_status>;

/// `words` is the arguments of `watch`: its options, then a command. Clears the screen and runs the
/// command at each interval until Ctrl-C, until it has run --count times, or until it fails. The
/// first interval is shortened at random, so that watches started together do not query in step for
/// ever.
[[nodiscard]] exit_status
watch(std::vector<std::string> words,
      const std::function<understood_command(std::vector<std::string>)>& understand);

} // namespace rota::client
