#pragma once

#include "cmd/rota/work/outcome.hpp"
#include "json/slice.hpp"
#include "wire/client.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace rota::client {

/// The fate of an outcome that needs no further request.
struct settled_outcome {
  job_outcome outcome;
  std::string state;       ///< The job's state, or empty if the server refused the outcome.
  std::string explanation; ///< Why it was refused, or what was omitted from it.
};

/// The outcomes that the server has not answered yet. One request is in flight at a time; outcomes
/// that are added meanwhile go into the next one. Outcomes are kept until they are answered, so
/// that no result is lost with a connection.
class outbox {
public:
  struct request {
    std::string method;
    std::string params;
  };

  void add(job_outcome outcome) { waiting_.push_back(std::move(outcome)); }
  [[nodiscard]] bool empty() const { return waiting_.empty() && in_flight_.empty(); }

  /// Returns the next request; nothing while one is in flight or if nothing is waiting.
  [[nodiscard]] std::optional<request> next();
  /// Handles the result of the request in flight. Outcomes that the server could not save wait
  /// again.
  [[nodiscard]] std::vector<settled_outcome> handle_result(json_value result);
  /// Handles an error of the whole request. If it is temporary, all outcomes wait again. Otherwise
  /// they are sent one by one, then without their JSON, and given up if that is refused, too.
  [[nodiscard]] std::vector<settled_outcome> handle_refusal(const wire::call_error& error);
  /// The answer was lost: all outcomes of the request wait again.
  void connection_lost();

private:
  void put_back();
  [[nodiscard]] std::vector<settled_outcome> settle_completed(json_value result);
  [[nodiscard]] std::vector<settled_outcome> settle_deferred(json_value result);

  std::deque<job_outcome> waiting_;
  std::deque<job_outcome> in_flight_;
  std::size_t one_by_one_ = 0; // How many of the first are sent singly.
};

/// Whether an error is likely to be temporary.
[[nodiscard]] bool is_temporary(std::string_view error_kind);

} // namespace rota::client
