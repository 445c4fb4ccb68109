#include "wire/rpc.hpp"

#include "json/write.hpp"

#include <optional>

namespace rota::wire {

namespace {

constexpr std::string_view null_id = "null";

// `members` writes the members that follow `kind`.
template <class Members>
rpc_failure failure_with(error_kind kind, std::string message, Members members) {
  rpc_failure failure{kind, std::move(message), {}};
  json_writer data{failure.data};
  data.begin_object().member("kind", name_of(kind));
  members(data);
  data.end_object();
  return failure;
}

rpc_failure parse_failure(const json_error& error) {
  return failure_with(error_kind::parse,
                      "the line " + error.reason + " at byte " + std::to_string(error.offset),
                      [&](json_writer& data) {
                        data.member("reason", error.reason)
                            .member("offset", static_cast<std::int64_t>(error.offset));
                      });
}

rpc_failure invalid_request(std::string_view reason) {
  return failure(error_kind::invalid_request, "not a JSON-RPC 2.0 request: " + std::string(reason));
}

// A duplicate member inside params is reported as invalid params, elsewhere as an invalid request.
rpc_failure duplicate_failure(std::string_view path) {
  constexpr std::string_view params = "/params/";
  if (path.starts_with(params))
    return invalid_params({std::string(path.substr(params.size() - 1)), "duplicate member"});
  return invalid_request("duplicate member " + std::string(path.substr(1)));
}

struct envelope {
  std::optional<json_value> id, method, params, version;
  std::string unknown;
};

envelope read_envelope(json_value request) {
  envelope found;
  for (const auto& [name, value] : request.as_object()) {
    if (name == "id")
      found.id = value;
    else if (name == "method")
      found.method = value;
    else if (name == "params")
      found.params = value;
    else if (name == "jsonrpc")
      found.version = value;
    else if (found.unknown.empty())
      found.unknown = "/" + escape_pointer_token(name);
  }
  return found;
}

std::string_view readable_id(const envelope& found) {
  if (found.id && (found.id->is_string() || found.id->is_number()))
    return found.id->raw();
  return null_id;
}

// Returns what is wrong with the envelope, or nothing.
std::optional<std::string> envelope_mistake(const envelope& found) {
  if (!found.version || found.version->as_string() != "2.0")
    return "jsonrpc must be \"2.0\"";
  if (found.id && !found.id->is_string() && !found.id->is_number() && !found.id->is_null())
    return "id must be a string, a number or null";
  if (!found.method || !found.method->is_string())
    return "method must be a string";
  if (found.params && !found.params->is_object() && !found.params->is_array())
    return "params must be an object";
  if (!found.unknown.empty())
    return "unknown member " + found.unknown;
  return std::nullopt;
}

rpc_element read_element(json_value request, const std::optional<json_error>& duplicate) {
  if (!request.is_object())
    return rpc_refusal{null_id, invalid_request("it must be an object")};
  const envelope found = read_envelope(request);
  if (const auto mistake = envelope_mistake(found))
    return rpc_refusal{readable_id(found), invalid_request(*mistake)};
  const std::string_view id = found.id ? found.id->raw() : std::string_view{};
  if (duplicate)
    return rpc_refusal{id.empty() ? null_id : id, duplicate_failure(duplicate->path)};
  if (found.params && found.params->is_array()) {
    return rpc_refusal{id.empty() ? null_id : id,
                       invalid_params({{}, "must be an object with named members"})};
  }
  return rpc_request{id, found.method->as_string(), found.params.value_or(json_value{"{}"})};
}

// If there is a duplicate anywhere in a batch, each element is checked separately, so that the
// valid ones are still served.
rpc_line read_batch(json_value batch, bool has_duplicate, json_checker& checker) {
  rpc_line read{true, {}};
  for (const json_value element : batch.as_array()) {
    const auto duplicate = has_duplicate ? checker.check(element.raw()) : std::nullopt;
    read.elements.push_back(read_element(element, duplicate));
  }
  if (read.elements.empty()) {
    read.is_batch = false;
    read.elements.emplace_back(rpc_refusal{null_id, invalid_request("the array is empty")});
  }
  return read;
}

void write_head(std::string& out, std::string_view id_raw) {
  out += R"({"jsonrpc":"2.0","id":)";
  out += id_raw;
}

} // namespace

rpc_failure failure(error_kind kind, std::string message) {
  return failure_with(kind, std::move(message), [](json_writer&) {});
}

rpc_failure invalid_params(const flaw& what) {
  return failure_with(error_kind::invalid, to_text(what), [&](json_writer& data) {
    data.member("path", what.path).member("reason", what.reason);
  });
}

rpc_failure queue_full(std::string_view tenant, std::int64_t retry_after_ms, std::string message) {
  return failure_with(error_kind::queue_full, std::move(message), [&](json_writer& data) {
    data.member("tenant", tenant).member("retry_after_ms", retry_after_ms);
  });
}

rpc_failure wrong_state(std::string_view state, std::string message) {
  return failure_with(error_kind::wrong_state, std::move(message),
                      [&](json_writer& data) { data.member("state", state); });
}

rpc_line read_rpc(std::string_view line, json_checker& checker) {
  const std::optional<json_error> error = checker.check(line);
  if (error && error->kind != json_error_kind::duplicate)
    return {false, {rpc_refusal{null_id, parse_failure(*error)}}};
  const json_value value{line};
  if (value.is_array())
    return read_batch(value, error.has_value(), checker);
  return {false, {read_element(value, error)}};
}

void write_result(std::string& out, std::string_view id_raw, std::string_view result) {
  write_head(out, id_raw);
  out += R"(,"result":)";
  out += result;
  out += '}';
}

void write_failure(std::string& out, std::string_view id_raw, const rpc_failure& failure) {
  write_head(out, id_raw);
  out += R"(,"error":)";
  write_error(out, failure);
  out += '}';
}

void write_error(std::string& out, const rpc_failure& failure) {
  json_writer{out}
      .begin_object()
      .member("code", code_of(failure.kind))
      .member("message", failure.message)
      .raw_member("data", failure.data)
      .end_object();
}

void write_notification(std::string& out, std::string_view method, std::string_view params) {
  json_writer{out}
      .begin_object()
      .member("jsonrpc", "2.0")
      .member("method", method)
      .raw_member("params", params)
      .end_object();
}

} // namespace rota::wire
