#include "tests/system/support/test_client.hpp"

#include "tests/support/eventually.hpp"
#include "wire/time_text.hpp"

namespace rota::tests {
namespace {

wire::client connect(const wire::endpoint& where) {
  auto made = wire::client::connect(where);
  if (!made)
    throw std::runtime_error(made.error());
  return std::move(*made);
}

std::string with_more(const std::string& members) { return members.empty() ? "" : "," + members; }

} // namespace

test_client::test_client(const wire::endpoint& where) : client_(connect(where)) {}

std::int64_t test_client::send(std::string_view method, const std::string& params) {
  const auto id = client_.send(method, params);
  client_.flush();
  return id;
}

bool test_client::read_one(std::chrono::milliseconds timeout) {
  const auto message = client_.receive(timeout);
  if (!message) {
    if (!client_.is_open())
      throw std::runtime_error(client_.lost_reason());
    return false;
  }
  json body{std::string{message->body}};
  if (message->what == wire::message::type::notification)
    events_.push_back(std::move(body));
  else if (message->id)
    answers_[*message->id] = {message->what == wire::message::type::error, std::move(body)};
  else
    throw std::runtime_error("an answer to nothing: " + body.raw());
  return true;
}

test_client::answer test_client::answer_of(std::int64_t id) {
  while (!answers_.contains(id))
    if (!read_one(test_timeout))
      throw std::runtime_error("no answer");
  return std::move(answers_.extract(id).mapped());
}

json test_client::result(std::int64_t id) {
  auto found = answer_of(id);
  if (found.is_error)
    throw refused("request " + std::to_string(id), std::move(found.body));
  return std::move(found.body);
}

json test_client::call(std::string_view method, const std::string& params) {
  auto found = answer_of(send(method, params));
  if (found.is_error)
    throw refused(std::string{method} + ' ' + params.substr(0, 500), std::move(found.body));
  return std::move(found.body);
}

json test_client::error(std::string_view method, const std::string& params) {
  auto found = answer_of(send(method, params));
  if (!found.is_error)
    throw std::runtime_error(std::string{method} + " wasn't refused: " + found.body.raw());
  return std::move(found.body);
}

std::optional<json> test_client::event(std::chrono::milliseconds timeout) {
  const auto end = std::chrono::steady_clock::now() + timeout;
  while (events_.empty()) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0 || !read_one(left))
      return std::nullopt;
  }
  auto first = std::move(events_.front());
  events_.pop_front();
  return first;
}

// -- requests -------------------------------------------------------------------------------------

std::vector<std::string> push_many(test_client& client, std::string_view type,
                                   std::string_view tenant, std::size_t count,
                                   const std::string& members) {
  const auto job = "{\"type\":" + json_string(type) + ",\"tenant\":" + json_string(tenant) +
                   with_more(members) + "}";
  std::string jobs;
  for (std::size_t i = 0; i < count; ++i)
    jobs += (i == 0 ? "" : ",") + job;
  std::vector<std::string> ids;
  for (const auto& pushed : client.call("job.push", "{\"jobs\":[" + jobs + "]}").elements("/jobs"))
    ids.push_back(pushed.text("/id"));
  return ids;
}

std::string push(test_client& client, std::string_view type, std::string_view tenant,
                 const std::string& members) {
  return push_many(client, type, tenant, 1, members).front();
}

std::vector<json> pop(test_client& client, const std::string& members) {
  return client.call("job.pop", R"({"worker":"w")" + with_more(members) + "}").elements("/leases");
}

json pop_one(test_client& client, const std::string& members) {
  auto leases = pop(client, R"("wait_ms":60000)" + with_more(members));
  if (leases.size() != 1)
    throw std::runtime_error("not one lease, but " + std::to_string(leases.size()));
  return std::move(leases.front());
}

std::string complete(test_client& client, const json& lease, const std::string& members) {
  const auto item =
      client
          .call("job.complete", "{\"results\":[{\"lease\":" + json_string(lease.text("/lease")) +
                                    with_more(members) + "}]}")
          .at("/results/0");
  if (item.has("/error"))
    return item.text("/error/kind");
  return item.has("/state") ? item.text("/state") : item.text("/jobs/0/state");
}

std::string payload_of(std::size_t letters) {
  return R"("payload":")" + std::string(letters, 'x') + '"';
}

std::string list_params(const std::string& name, const std::vector<std::string>& texts) {
  std::string list;
  for (const auto& text : texts)
    list += (list.empty() ? "" : ",") + json_string(text);
  return "{\"" + name + "\":[" + list + "]}";
}

std::string lease_params(const json& lease) {
  return list_params("leases", {lease.text("/lease")});
}

json cancel(test_client& client, const std::string& id) {
  return client.call("job.cancel", list_params("ids", {id}));
}

std::vector<json> pages_of(test_client& client, const std::string& method,
                           const std::string& members) {
  std::vector<json> pages;
  std::string cursor;
  do {
    pages.push_back(client.call(method, "{" + members + cursor + "}"));
    const auto& page = pages.back();
    cursor = page.is_null("/cursor") ? "" : ",\"cursor\":" + page.at("/cursor").raw();
  } while (!cursor.empty());
  return pages;
}

std::int64_t stat_of(test_client& client, std::string_view pointer) {
  return client.call("server.stats").integer(pointer);
}

json get(test_client& client, const std::string& id) {
  return client.call("job.get", "{\"id\":" + json_string(id) + "}");
}

std::string state_of(test_client& client, const std::string& id) {
  return get(client, id).text("/state");
}

json explain(test_client& client, const std::string& id) {
  return client.call("job.explain", "{\"id\":" + json_string(id) + "}");
}

std::string reason_of(test_client& client, const std::string& id) {
  return explain(client, id).text("/reason");
}

bool becomes(test_client& client, const std::string& id, std::string_view state) {
  return eventually([&] { return state_of(client, id) == state; });
}

std::int64_t time_us(const std::string& text) {
  const auto time = wire::parse_time(text);
  if (!time)
    throw std::runtime_error("no time: " + text);
  return *time;
}

} // namespace rota::tests
