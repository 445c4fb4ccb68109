// A client of the wire for tests: calls have a time limit, events are kept for later.
#pragma once
#include "tests/system/support/child_program.hpp"
#include "tests/system/support/json.hpp"
#include "wire/client.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace rota::tests {

/// Thrown when the server answers with an error instead of a result.
class refused : public std::runtime_error {
public:
  refused(const std::string& method, json error)
      : std::runtime_error(method + " was refused: " + error.raw()), error_(std::move(error)) {}
  const json& error() const { return error_; }

private:
  json error_;
};

/// One connection. All methods throw if the connection is lost or an answer takes too long.
class test_client {
public:
  explicit test_client(const wire::endpoint& where);

  /// Returns the result of a request; throws `refused` for an error.
  json call(std::string_view method, const std::string& params = "{}");
  /// Returns the error of a request that must be refused; throws if it is not.
  json error(std::string_view method, const std::string& params = "{}");
  /// Returns the kind of that error.
  std::string error_kind(std::string_view method, const std::string& params = "{}") {
    return error(method, params).text("/data/kind");
  }

  /// Sends a request without waiting; result() returns its answer later, in any order.
  std::int64_t send(std::string_view method, const std::string& params = "{}");
  json result(std::int64_t id);

  /// The params of the next event; nothing if none arrived in time.
  std::optional<json> event(std::chrono::milliseconds timeout = test_timeout);

private:
  struct answer {
    bool is_error = false;
    json body;
  };
  answer answer_of(std::int64_t id);
  /// Returns false if nothing arrived in time.
  bool read_one(std::chrono::milliseconds timeout);

  wire::client client_;
  std::map<std::int64_t, answer> answers_;
  std::deque<json> events_;
};

// -- requests that many tests make ----------------------------------------------------------------

/// Pushes one job with the further `members`; returns its id.
std::string push(test_client& client, std::string_view type, std::string_view tenant,
                 const std::string& members = "");
/// Pushes `count` jobs in one request; returns their ids.
std::vector<std::string> push_many(test_client& client, std::string_view type,
                                   std::string_view tenant, std::size_t count,
                                   const std::string& members = "");
/// Pops with the further `members`; returns the leases, if any.
std::vector<json> pop(test_client& client, const std::string& members = "");
/// Pops one lease and waits for it.
json pop_one(test_client& client, const std::string& members = "");
/// Completes all jobs of a lease; returns the state of its job, or the kind of the error.
std::string complete(test_client& client, const json& lease,
                     const std::string& members = R"("outcome":"succeeded")");
/// The member "payload" with a string of that many x.
std::string payload_of(std::size_t letters);
/// Params with one list of texts: {"NAME":["TEXT",...]}.
std::string list_params(const std::string& name, const std::vector<std::string>& texts);
/// Params of methods that take leases: {"leases":["ID"]}.
std::string lease_params(const json& lease);
/// Cancels one job; returns the answer of job.cancel.
json cancel(test_client& client, const std::string& id);
/// Reads a list to its end; returns its pages. `members` precede the cursor in each request.
std::vector<json> pages_of(test_client& client, const std::string& method,
                           const std::string& members);
/// Returns a number of server.stats.
std::int64_t stat_of(test_client& client, std::string_view pointer);
/// Returns the job, as job.get describes it; throws `refused` if there is none.
json get(test_client& client, const std::string& id);
std::string state_of(test_client& client, const std::string& id);
json explain(test_client& client, const std::string& id);
/// Returns the reason that job.explain gives for the job's state.
std::string reason_of(test_client& client, const std::string& id);
/// Waits until the job is in this state; returns false if it is not in time.
bool becomes(test_client& client, const std::string& id, std::string_view state);
/// Converts an RFC 3339 time to microseconds.
std::int64_t time_us(const std::string& text);

} // namespace rota::tests
