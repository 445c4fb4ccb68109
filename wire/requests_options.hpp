// Options of executors: JSON that is checked for its shape here, kept as text in the settings and
// understood by the executor.
#pragma once
#include "engine/settings_patch.hpp"
#include "wire/requests_decode.hpp"

#include <string>
#include <string_view>

namespace rota::protocol {

/// The member `executor` of a type: a name and the options of what is to run.
bool read_executor_choice(const param& p, engine::executor_choice_patch& into);

/// Everything in an executor's own put but `name`, which is left out.
bool read_executor(const param& p, engine::executor_patch& into);

/// Puts `patch` on `standing`, both JSON objects, as RFC 7396 has it: null removes a member,
/// objects are merged, all else is replaced. `standing` may be empty. O(bytes).
std::string merge_options(std::string_view standing, std::string_view patch);

} // namespace rota::protocol
