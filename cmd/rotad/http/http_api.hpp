// /api/METHOD?param=value: the read-only methods of the protocol, with the same answers.
#pragma once
#include "cmd/rotad/http/http_answer.hpp"
#include "cmd/rotad/http/runtime_client.hpp"
#include "cmd/rotad/options.hpp"

#include <cstddef>

namespace rota::daemon {

/// Returns a failure as an answer of the API: {"kind", "message", ...}.
http_answer refusal_of(const wire::rpc_failure& failure);

/// Lives on the io thread.
class http_api {
public:
  http_api(runtime_client& client, const options& settings)
      : client_(client), settings_(settings) {}

  /// `method` is a name of the protocol. Parameters are passed as texts, except for those such as
  /// `limit` that the protocol has as numbers.
  void serve(const std::string& method, const http_query& query,
             const actors::engine_runtime& runtime, http_responder respond);

private:
  void send(actors::command what, http_responder respond);

  runtime_client& client_;
  const options& settings_;
  std::size_t open_ = 0;
};

} // namespace rota::daemon
