#include "cmd/rotad/http/http_api.hpp"

#include "cmd/rotad/parse_command.hpp"
#include "json/check.hpp"
#include "json/write.hpp"

#include <algorithm>
#include <utility>

namespace rota::daemon {
namespace {

using wire::error_kind;

/// Maximum number of requests open at a time; people send fewer.
constexpr std::size_t open_max = 16;
/// Larger answers are of no use on the page; clients of the wire can request them.
constexpr std::size_t answer_bytes_max = std::size_t{4} << 20;
constexpr std::string_view json_type = "application/json; charset=utf-8";

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

http_answer answer_of(const wire::answer& what) {
  if (const auto* failure = std::get_if<wire::rpc_failure>(&what))
    return refusal_of(*failure);
  const auto& text = std::get<std::string>(what);
  if (text.size() > answer_bytes_max)
    return refusal_of(wire::failure(error_kind::too_large,
                                    "the answer exceeds 4 MiB; use the wire protocol or rota"));
  return {200, json_type, text};
}

} // namespace

http_answer refusal_of(const wire::rpc_failure& failure) {
  return {status_of(failure.kind), json_type, json_text([&](json_writer& out) {
            out.begin_object()
                .member("kind", wire::name_of(failure.kind))
                .member("message", failure.message)
                .end_object();
          })};
}

void http_api::serve(const std::string& name, const http_query& query,
                     const actors::engine_runtime& runtime, http_responder respond) {
  const auto* method = wire::find_method(name);
  if (method == nullptr || !method->traits.over_http)
    return respond(refusal_of(wire::failure(
        error_kind::not_found, "unknown method; only read-only methods are served over HTTP")));
  const auto params = json_of(query.params);
  if (check_json(params))
    return respond(refusal_of(wire::invalid_params({{}, "must be valid UTF-8"})));
  auto parsed = parse_command(*method, json_value{params}, {&runtime, false}, settings_);
  if (const auto* at_once = std::get_if<wire::answer>(&parsed))
    return respond(answer_of(*at_once));
  send(std::move(std::get<actors::command>(parsed)), std::move(respond));
}

void http_api::send(actors::command what, http_responder respond) {
  if (open_ >= open_max)
    return respond(refusal_of(
        wire::failure(error_kind::unavailable, "too many concurrent requests; try again")));
  ++open_;
  client_.send(std::move(what), [this, respond = std::move(respond)](const wire::answer& answer) {
    --open_;
    respond(answer_of(answer));
  });
}

} // namespace rota::daemon
