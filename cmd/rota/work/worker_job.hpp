// A job to run, and the command for it.
#pragma once

#include "cmd/rota/work/child_process.hpp"
#include "executors/executor.hpp"

#include <boost/system/result.hpp>

#include <string>
#include <vector>

namespace rota::client {

/// One job of a lease.
struct worker_job : executors::attempt_job {
  std::string lease;
  std::string type;
  std::string tenant;
};

/// Returns the command for a job: `words` with values of the payload filled in, the payload on
/// stdin, and the job's identity in the environment, as executors do. The error names what the
/// payload lacks.
[[nodiscard]] boost::system::result<child_command, std::string>
command_for(const std::vector<std::string>& words, const worker_job& job);

} // namespace rota::client
