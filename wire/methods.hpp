// The methods of the wire: the only list of them, with all that the daemon, its doors and its
// documents need to know of each.
#pragma once
#include "json/slice.hpp"
#include "wire/commands.hpp"
#include "wire/param.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace rota::wire {

struct shape; // schema.hpp

/// What a method's params come to: a session's command, or what the daemon answers itself.
using parsed_command = std::variant<command, info_command, discover_command>;

/// Which requests the log records: those that change how the daemon works, and those about many jobs
/// at a time. Workers and producers cancel single jobs all day.
enum class logging : std::uint8_t { never, always, in_bulk };

struct method_traits {
  bool long_answer = false; ///< A connection makes a few of these at a time.
  bool over_http = false;   ///< GET /api/ has it: it reads, and no one can hold others up with it.
  bool on_connection = false; ///< What it holds belongs to a connection: not for consoles.
  logging logged = logging::never;
};

struct method {
  std::string_view name; ///< "job.push"
  std::string_view summary;
  checked<parsed_command> (*read)(json_value params);
  shape (*params)(); ///< What it reads, for documents.
  shape (*result)(); ///< What it answers.
  method_traits traits = {};
};

/// In the order of their names.
std::span<const method> methods();
/// O(log methods); null when there is no such method.
const method* find_method(std::string_view name);
/// Its place in methods(). O(1).
std::size_t index_of(const method& m);

/// Whether the log records a request with these params.
bool is_logged(const method& m, json_value params);

} // namespace rota::wire
