#include "cmd/rota/work/job_command.hpp"

#include "actors/executors/options.hpp"

#include <utility>

namespace rota::client {

namespace {

using words_result = boost::system::result<std::vector<std::string>, std::string>;

// Appends the payload's own words; false when it has none.
bool append_payload_words(json_value payload, std::vector<std::string>& words) {
  const auto command = payload.as_object().find("command");
  if (!command || command->as_array().empty())
    return false;
  for (const json_value word : command->as_array()) {
    if (!word.is_string())
      return false;
    words.push_back(word.as_string());
  }
  return true;
}

} // namespace

words_result filled_words(const command_rule& rule, json_value payload) {
  auto filled = executors::filled_words(rule.words, payload.raw());
  if (!filled)
    return filled;
  auto& words = *filled;
  if (rule.from_payload && !append_payload_words(payload, words)) {
    return std::string("the payload has no \"command\" that is an array of strings");
  }
  for (const std::string& word : words) {
    if (word.find('\0') != std::string::npos) {
      return std::string("the payload has a zero character, which no argument can hold");
    }
  }
  if (words.empty() || words.front().empty())
    return std::string("the command's name is empty");
  return filled;
}

boost::system::result<child_command, std::string> command_for(const command_rule& rule,
                                                              const leased_job& job) {
  auto words = filled_words(rule, json_value{job.payload});
  if (!words)
    return words.error();
  child_command command;
  command.words = std::move(*words);
  command.input = job.payload;
  executors::start_order who;
  who.name = job.lease;
  who.type = job.type;
  who.tenant = job.tenant;
  const executors::attempt_job what{
      job.id, {}, static_cast<std::uint32_t>(job.attempt), job.checkpoint};
  command.environment = executors::job_environment(who, &what);
  return command;
}

} // namespace rota::client
