#include "cmd/rotad/http/http_api.hpp"

#include "cmd/rotad/translate.hpp"
#include "json/check.hpp"
#include "json/write.hpp"

#include <algorithm>
#include <utility>

namespace rota::daemon {
namespace {

using protocol::error_kind;
using protocol::method;

/// Questions to the room at a time; people click slower than that.
constexpr std::size_t open_max = 16;
/// A page shows no more; clients of the wire can have it.
constexpr std::size_t answer_bytes_max = std::size_t{4} << 20;
constexpr std::string_view json_type = "application/json; charset=utf-8";

/// server.stats isn't there: it looks at all tenants at once, and who may look shouldn't be able to hold
/// up who works. The history has the same figures.
constexpr method readable[] = {
    method::executor_list, method::job_explain, method::job_get,    method::job_list,
    method::key_list,      method::pool_list,   method::queue_list, method::server_info,
    method::tenant_get,    method::tenant_list, method::type_get,   method::type_list,
};

std::optional<method> readable_method(const std::string& name) {
  const auto wanted = protocol::method_from(name);
  const bool reads =
      wanted && std::find(std::begin(readable), std::end(readable), *wanted) != std::end(readable);
  return reads ? wanted : std::nullopt;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() < 16 && (text[0] != '0' || text.size() == 1) &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string json_of(const std::map<std::string, std::string>& params) {
  std::string text;
  json_writer out{text};
  out.begin_object();
  for (const auto& [name, value] : params)
    if (name == "limit" && is_number(value))
      out.raw_member(name, value);
    else
      out.member(name, value);
  out.end_object();
  return text;
}

unsigned status_of(error_kind kind) {
  switch (kind) {
  case error_kind::not_found: return 404;
  case error_kind::unavailable:
  case error_kind::draining: return 503;
  case error_kind::too_large: return 413;
  default: return 400;
  }
}

std::int64_t wall_us() {
  using namespace std::chrono;
  return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

http_answer answer_of(const formatted& what) {
  if (const auto* failure = std::get_if<protocol::rpc_failure>(&what))
    return refusal_of(*failure);
  const auto& text = std::get<std::string>(what);
  if (text.size() > answer_bytes_max)
    return refusal_of(protocol::failure(error_kind::too_large,
                                        "the answer exceeds 4 MiB; use the wire protocol or rota"));
  return {200, json_type, text};
}

} // namespace

http_answer refusal_of(const protocol::rpc_failure& failure) {
  std::string body;
  json_writer out{body};
  out.begin_object()
      .member("kind", protocol::name_of(failure.kind))
      .member("message", failure.message)
      .end_object();
  return {status_of(failure.kind), json_type, std::move(body)};
}

void http_api::serve(const std::string& name, const http_query& query,
                     const actors::engine_room& room, http_responder respond) {
  const auto wanted = readable_method(name);
  if (!wanted)
    return respond(refusal_of(protocol::failure(
        error_kind::not_found, "unknown method; only read-only methods are served over HTTP")));
  const auto params = json_of(query.params);
  if (check_json(params))
    return respond(refusal_of(protocol::invalid_params("", "must be valid UTF-8")));
  auto meaning = translate(*wanted, json_value{params}, room.board(), {room.now(), wall_us()});
  if (const auto* failure = std::get_if<protocol::rpc_failure>(&meaning))
    return respond(refusal_of(*failure));
  if (std::holds_alternative<info_wanted>(meaning))
    return respond({200, json_type, info_()});
  ask(std::move(std::get<actors::command>(meaning)), std::move(respond));
}

void http_api::ask(actors::command what, http_responder respond) {
  if (open_ >= open_max)
    return respond(refusal_of(
        protocol::failure(error_kind::unavailable, "too many concurrent requests; try again")));
  ++open_;
  asker_.ask(std::move(what), [this, respond = std::move(respond)](const formatted& answer) {
    --open_;
    respond(answer_of(answer));
  });
}

} // namespace rota::daemon
