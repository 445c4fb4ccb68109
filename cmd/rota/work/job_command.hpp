#pragma once

#include "cmd/rota/work/child_process.hpp"
#include "engine/boxed.hpp"
#include "engine/trace_context.hpp"
#include "json/slice.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rota::client {

/// One job of a lease.
struct leased_job {
  std::string lease;
  std::string id;
  std::string type;
  std::string tenant;
  std::string payload; ///< JSON text.
  std::int64_t attempt = 1;
  std::optional<std::string> checkpoint; ///< JSON text.
  engine::boxed<engine::trace_context> trace;
};

/// Returns the command for a job: `words` with values of the payload filled in, the payload on
/// stdin, and the job's identity in the environment, as executors do. The error names what the
/// payload lacks.
[[nodiscard]] boost::system::result<child_command, std::string>
command_for(const std::vector<std::string>& words, const leased_job& job);

} // namespace rota::client
