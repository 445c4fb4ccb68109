#include "cmd/rota/work/job_command.hpp"

#include "executors/options.hpp"

#include <utility>

namespace rota::client {

boost::system::result<child_command, std::string> command_for(const std::vector<std::string>& words,
                                                              const leased_job& job) {
  auto filled = executors::filled_words(words, job.payload);
  if (!filled)
    return filled.error();
  child_command command;
  command.words = std::move(*filled);
  command.input = job.payload;
  executors::start_order who;
  who.name = job.lease;
  who.type = job.type;
  who.tenant = job.tenant;
  const executors::attempt_job what{
      job.id, {}, static_cast<std::uint32_t>(job.attempt), job.checkpoint, job.trace};
  command.environment = executors::job_environment(who, &what);
  return command;
}

} // namespace rota::client
