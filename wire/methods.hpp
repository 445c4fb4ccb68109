// The methods of the wire. The only list of them, with everything that the daemon, its ports and
// its documents need.
#pragma once
#include "json/slice.hpp"
#include "wire/commands.hpp"
#include "wire/param.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

namespace rota::wire {

struct shape; // schema.hpp

/// The result of reading params: a command for a session, or one that the daemon answers itself.
using parsed_command = std::variant<command, info_command, discover_command>;

/// Which requests the log records: those that change how the daemon works, and those about many
/// jobs at once. Cancelling single jobs is routine for workers and producers, and not recorded.
enum class logging : std::uint8_t { never, always, in_bulk };

struct method_traits {
  bool long_answer = false;   ///< A connection runs only a few of these at once.
  bool over_http = false;     ///< Served under GET /api/: it only reads, and cannot delay others.
  bool on_connection = false; ///< Its state belongs to a connection: not available to consoles.
  logging logged = logging::never;
};

struct method {
  std::string_view name; ///< "job.push"
  std::string_view summary;
  checked<parsed_command> (*read)(json_value params);
  shape (*params)(); ///< Shape of the params, for documents.
  shape (*result)(); ///< Shape of the result.
  method_traits traits = {};
};

/// All methods, sorted by name.
std::span<const method> methods();
/// Returns the method, or null if there is none of that name. O(log methods).
const method* find_method(std::string_view name);
/// Returns the method's index in methods(). O(1).
std::size_t index_of(const method& m);

/// Whether the log records a request with these params.
bool is_logged(const method& m, json_value params);

} // namespace rota::wire
