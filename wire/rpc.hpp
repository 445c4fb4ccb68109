#pragma once

#include "json/check.hpp"
#include "json/slice.hpp"
#include "wire/error_kind.hpp"
#include "wire/param.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rota::wire {

/// Why a request failed.
struct rpc_failure {
  error_kind kind = error_kind::invalid_request;
  std::string message; ///< A sentence for people: what failed, and what to do.
  std::string data;    ///< JSON text of the object `data`, with `kind` first.
};

/// Returns a failure whose data is only the kind.
[[nodiscard]] rpc_failure failure(error_kind kind, std::string message);
/// Returns the failure for invalid params, -32602.
[[nodiscard]] rpc_failure invalid_params(const flaw& what);
/// The tenant has no room for all jobs of the request.
[[nodiscard]] rpc_failure queue_full(std::string_view tenant, std::int64_t retry_after_ms,
                                     std::string message);
/// The object is in `state`, which does not permit the operation.
[[nodiscard]] rpc_failure wrong_state(std::string_view state, std::string message);

/// One well-formed request. The views point into the line that was read.
struct rpc_request {
  std::string_view id_raw; ///< The id as received; empty in a notification, which gets no answer.
  std::string method;
  json_value params; ///< Always an object; `{}` if the request had none.
};

/// The answer to a malformed request.
struct rpc_refusal {
  std::string_view id_raw; ///< `null` if the id could not be read.
  rpc_failure failure;
};

using rpc_element = std::variant<rpc_request, rpc_refusal>;

/// The requests of one line, in order. A batch is answered by one array, which omits its
/// notifications. A line that is not a batch has exactly one element.
struct rpc_line {
  bool is_batch = false;
  std::vector<rpc_element> elements;
};

/// Checks one line (without its line end) and removes the envelope. Never fails as a whole:
/// malformed parts become refusals. The result points into `line`. O(bytes).
[[nodiscard]] rpc_line read_rpc(std::string_view line, json_checker& checker);

/// Appends an answer without a line end. `result` is JSON text.
void write_result(std::string& out, std::string_view id_raw, std::string_view result);
void write_failure(std::string& out, std::string_view id_raw, const rpc_failure& failure);
/// Appends the error object of an answer.
void write_error(std::string& out, const rpc_failure& failure);
/// Appends a notification from the server, without a line end.
void write_notification(std::string& out, std::string_view method, std::string_view params);

} // namespace rota::wire
