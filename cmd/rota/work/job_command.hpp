#pragma once

#include "cmd/rota/work/child_process.hpp"
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
};

/// How a job becomes a command.
struct command_rule {
  /// The program and its arguments. In each, {} stands for the payload's text and {/pointer} for
  /// the part of the payload that the JSON pointer leads to (strings without their quotes).
  std::vector<std::string> words;
  /// Append the array of strings "command" of the payload, as it is.
  bool from_payload = false;
};

/// The words with the payload filled in; one word stays one word. The error says what the payload
/// doesn't have.
[[nodiscard]] boost::system::result<std::vector<std::string>, std::string>
filled_words(const command_rule& rule, json_value payload);

/// What to run for a job: its words, the payload on stdin, and who it is in the environment
/// (ROTA_JOB, ROTA_TENANT, ROTA_TYPE, ROTA_ATTEMPT, ROTA_ATTEMPT_NUMBER, and ROTA_CHECKPOINT when
/// the last try left one of at most 64 kB).
[[nodiscard]] boost::system::result<child_command, std::string>
command_for(const command_rule& rule, const leased_job& job);

} // namespace rota::client
