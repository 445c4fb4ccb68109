#include "cmd/rota/work/worker_job.hpp"

#include "executors/options.hpp"

#include <utility>

namespace rota::client {

boost::system::result<child_command, std::string> command_for(const std::vector<std::string>& words,
                                                              const worker_job& job) {
  auto filled = executors::filled_words(words, job.payload);
  if (!filled)
    return filled.error();
  executors::start_order order;
  order.name = job.lease;
  order.type = job.type;
  order.tenant = job.tenant;
  return child_command{std::move(*filled), executors::job_environment(order, &job), job.payload};
}

} // namespace rota::client
