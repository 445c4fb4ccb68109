// /api/METHOD?param=value: those methods of the protocol that only read, with the same answers.
#pragma once
#include "cmd/rotad/http/http_answer.hpp"
#include "cmd/rotad/http/room_asker.hpp"

#include <cstddef>
#include <functional>
#include <memory>

namespace rota::daemon {

/// A failure as an answer of the API: {"kind", "message", ...}.
http_answer refusal_of(const protocol::rpc_failure& failure);

/// Lives on the io thread.
class http_api {
public:
  /// `info`: the result of server.info.
  http_api(room_asker& asker, std::function<std::string()> info)
      : asker_(asker), info_(std::move(info)) {}

  /// `method` as the protocol names it. Parameters are texts but for `limit` and `cursor`'s kin that
  /// the protocol has as numbers.
  void serve(const std::string& method, const http_query& query, const actors::engine_room& room,
             http_responder respond);

private:
  void ask(actors::command what, http_responder respond);

  room_asker& asker_;
  std::function<std::string()> info_;
  std::size_t open_ = 0;
};

} // namespace rota::daemon
