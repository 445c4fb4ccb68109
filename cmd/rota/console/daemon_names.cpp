#include "cmd/rota/console/daemon_names.hpp"

#include "cmd/rota/params.hpp"

#include <string_view>

namespace rota::client {

namespace {

/// A list method, the array in its result, and the member with the name.
struct list_of_names {
  std::string_view method;
  std::string_view array;
  std::string_view member;
};

std::vector<list_of_names> lists_of(named what) {
  switch (what) {
  case named::tenant:
    return {{"tenant.list", "tenants", "name"}, {"queue.list", "queues", "tenant"}};
  case named::type: return {{"type.list", "types", "name"}, {"queue.list", "queues", "type"}};
  case named::key: return {{"key.list", "keys", "key"}};
  case named::pool: return {{"pool.list", "pools", "name"}};
  case named::executor: return {{"executor.list", "executors", "name"}};
  case named::job: break;
  }
  return {{"job.list", "jobs", "id"}};
}

} // namespace

std::vector<std::string> daemon_names::names(named what) {
  std::vector<std::string> found;
  for (const list_of_names& list : lists_of(what)) {
    const auto result = server_->call(list.method, R"({"limit":1000})");
    if (!result)
      continue;
    for (const json_value each : array_in(json_value{*result}, list.array)) {
      if (const auto name = each.as_object().find(list.member))
        found.push_back(name->as_string());
    }
  }
  return found;
}

} // namespace rota::client
