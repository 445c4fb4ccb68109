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

/// What became of an outcome that is done with.
struct settled_outcome {
  job_outcome outcome;
  std::string state; ///< The job's state, or empty when the daemon didn't take the outcome.
  std::string note;  ///< Why not, or what was left out of it.
};

/// The outcomes that the daemon hasn't answered yet. One request is under way at a time; what
/// gathers meanwhile goes in the next one. Nothing leaves before it is answered, so that no result
/// is lost with a connection.
class outbox {
public:
  struct request {
    std::string method;
    std::string params;
  };

  void add(job_outcome outcome) { waiting_.push_back(std::move(outcome)); }
  [[nodiscard]] bool empty() const { return waiting_.empty() && under_way_.empty(); }

  /// The next request; nothing while one is under way or nothing waits.
  [[nodiscard]] std::optional<request> next();
  /// Takes the result of the request under way. What the daemon couldn't save waits again.
  [[nodiscard]] std::vector<settled_outcome> answered(json_value result);
  /// Takes an error for the request as a whole. Where it may pass, all of it waits again; else its
  /// outcomes are sent one by one, then without their JSON, and given up when that is refused too.
  [[nodiscard]] std::vector<settled_outcome> refused(const wire::call_error& error);
  /// The answer will never come: all of it waits again.
  void connection_lost();

private:
  void put_back();
  [[nodiscard]] std::vector<settled_outcome> completed(json_value result);
  [[nodiscard]] std::vector<settled_outcome> deferred(json_value result);

  std::deque<job_outcome> waiting_;
  std::deque<job_outcome> under_way_;
  std::size_t one_by_one_ = 0; // How many of the first are sent alone.
};

/// Whether an error is likely to pass by itself.
[[nodiscard]] bool may_pass(std::string_view error_kind);

} // namespace rota::client
