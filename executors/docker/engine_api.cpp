#include "executors/docker/engine_api.hpp"

#include "json/write.hpp"

#include <utility>

namespace rota::executors::docker {
namespace {

const std::string version = "/v1.41";
constexpr unsigned not_modified = 304;
constexpr unsigned server_error = 500;
constexpr int repairs_max = 100; // far more than are ever being removed at once

std::string label_filter(const std::vector<std::string>& labels, bool only_containers) {
  std::string filter;
  json_writer out{filter};
  out.begin_object().key("label").begin_array();
  for (const std::string& label : labels)
    out.string(label);
  out.end_array();
  if (only_containers)
    out.key("type").begin_array().string("container").end_array();
  out.end_object();
  return url_escaped(filter);
}

/// Returns the id of a container that podman lost while it removed it, but still lists by name;
/// empty for any other failure.
std::string half_removed_id(const api_failure& failure) {
  constexpr std::string_view before = "getting container from store \"";
  constexpr std::string_view after = "\": container not known";
  const auto from = failure.message.find(before);
  const auto to = failure.message.find(after);
  if (failure.status != server_error || from == std::string::npos || to == std::string::npos)
    return {};
  const auto id = from + before.size();
  return to > id ? failure.message.substr(id, to - id) : std::string{};
}

std::string path_of(const std::string& container) {
  return version + "/containers/" + url_escaped(container);
}

/// Reads an answer's body with `read`; an answer that it cannot read is a failure.
template <class Read>
auto read_with(Read read, const api_result<std::string>& body) {
  using value_type = typename decltype(read(std::string{}))::value_type;
  using outcome = api_result<value_type>;
  if (!body)
    return outcome{body.error()};
  auto value = read(*body);
  if (!value)
    return outcome{
        api_failure{0, "cannot parse the container engine's answer: " + body->substr(0, 200)}};
  return outcome{boost::system::in_place_value, std::move(*value)};
}

api_result<void> without_body(const api_result<std::string>& body) {
  if (!body)
    return body.error();
  return {};
}

} // namespace

std::string api_failure::text() const {
  return status == 0 ? message
                     : "the container engine answered " + std::to_string(status) + ": " + message;
}

api_result<std::string> engine_api::call(http_verb verb, const std::string& target, deadline until,
                                         const std::string& body) {
  auto answer = http_call(socket_, {verb, target, body}, until);
  if (!answer)
    return api_failure{0, answer.error()};
  is_podman_ = answer->server.starts_with("Libpod");
  if (answer->status >= 300 && answer->status != not_modified)
    return api_failure{answer->status, read_error(answer->body)};
  return std::move(answer->body);
}

api_result<std::string> engine_api::get_with_repair(const std::string& target, deadline until) {
  auto body = call(http_verb::get, target, until);
  for (int repairs = 0; !body && repairs < repairs_max; ++repairs) {
    const std::string id = half_removed_id(body.error());
    if (id.empty() || !remove(id, until))
      break;
    body = call(http_verb::get, target, until);
  }
  return body;
}

api_result<double> engine_api::processors(deadline until) {
  return read_with(read_processors, call(http_verb::get, version + "/info", until));
}

api_result<image_facts> engine_api::image(const std::string& name, deadline until) {
  return read_with(read_image,
                   call(http_verb::get, version + "/images/" + url_escaped(name) + "/json", until));
}

api_result<std::string> engine_api::create(const std::string& container, const std::string& body,
                                           deadline until) {
  return read_with(read_id, call(http_verb::post,
                                 version + "/containers/create?name=" + url_escaped(container),
                                 until, body));
}

api_result<void> engine_api::start(const std::string& container, deadline until) {
  return without_body(call(http_verb::post, path_of(container) + "/start", until));
}

api_result<container_facts> engine_api::inspect(const std::string& container, deadline until) {
  auto body = get_with_repair(path_of(container) + "/json", until);
  // podman fails if it searches the cgroup of a process that has just ended; a moment later it
  // reports the end.
  if (!body && body.error().status == server_error)
    body = call(http_verb::get, path_of(container) + "/json", until);
  if (!body && is_without_layer(body.error()) && remove(container, until))
    body = call(http_verb::get, path_of(container) + "/json", until);
  return read_with(read_container, body);
}

api_result<std::vector<container_row>> engine_api::list(const std::vector<std::string>& labels,
                                                        deadline until) {
  return read_with(read_list, get_with_repair(version + "/containers/json?all=true&filters=" +
                                                  label_filter(labels, false),
                                              until));
}

bool is_without_layer(const api_failure& failure) {
  return failure.status == server_error &&
         failure.message.find("layer not known") != std::string::npos;
}

api_result<void> engine_api::kill(const std::string& container, const std::string& signal,
                                  deadline until) {
  return without_body(call(http_verb::post, path_of(container) + "/kill?signal=" + signal, until));
}

api_result<void> engine_api::remove(const std::string& container, deadline until) {
  return without_body(call(http_verb::remove, path_of(container) + "?v=true&force=true", until));
}

std::string engine_api::events_target(const std::vector<std::string>& labels) {
  return version + "/events?filters=" + label_filter(labels, true);
}

} // namespace rota::executors::docker
