// A client of the wire for tests: calls with a bound, and events kept for later.
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

/// The server answered with an error where a result was wanted.
class refused : public std::runtime_error {
public:
  refused(const std::string& method, json error)
      : std::runtime_error(method + " was refused: " + error.raw()), error_(std::move(error)) {}
  const json& error() const { return error_; }

private:
  json error_;
};

/// One connection. Everything throws when the connection is lost or the answer takes too long.
class test_client {
public:
  explicit test_client(const wire::endpoint& where);

  /// The result of a request; throws `refused` for an error.
  json call(std::string_view method, const std::string& params = "{}");
  /// The error of a request that is to be refused; throws when it isn't.
  json error(std::string_view method, const std::string& params = "{}");
  /// The kind of that error.
  std::string error_kind(std::string_view method, const std::string& params = "{}") {
    return error(method, params).text("/data/kind");
  }

  /// Sends without waiting; result() takes the answer later, in any order.
  std::int64_t send(std::string_view method, const std::string& params = "{}");
  json result(std::int64_t id);

  /// The params of the next event; nothing when none came in time.
  std::optional<json> event(std::chrono::milliseconds most = patience);

private:
  struct answer {
    bool is_error = false;
    json body;
  };
  answer answer_of(std::int64_t id);
  /// False when nothing came in time.
  bool read_one(std::chrono::milliseconds most);

  wire::client client_;
  std::map<std::int64_t, answer> answers_;
  std::deque<json> events_;
};

// -- requests that many tests make ----------------------------------------------------------------

/// Pushes one job, `members` are further members of it; its id.
std::string push(test_client& client, std::string_view type, std::string_view tenant,
                 const std::string& members = "");
/// Pushes `count` jobs in one request; their ids.
std::vector<std::string> push_many(test_client& client, std::string_view type,
                                   std::string_view tenant, std::size_t count,
                                   const std::string& members = "");
/// Pops with further members; the leases, perhaps none.
std::vector<json> pop(test_client& client, const std::string& members = "");
/// Pops one lease, waiting for it.
json pop_one(test_client& client, const std::string& members = "");
/// Completes all of a lease; the state of its job, or the kind of the error.
std::string complete(test_client& client, const json& lease,
                     const std::string& members = R"("outcome":"succeeded")");
json get(test_client& client, const std::string& id);
std::string state_of(test_client& client, const std::string& id);
std::string reason_of(test_client& client, const std::string& id);
/// Waits until the job is in that state; false when it never was.
bool becomes(test_client& client, const std::string& id, std::string_view state);
/// The microseconds of an RFC 3339 time.
std::int64_t time_us(const std::string& text);

} // namespace rota::tests
