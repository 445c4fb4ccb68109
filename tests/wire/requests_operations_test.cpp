// Requests of operators, names of methods, and batch keys.
#include "tests/wire/requests_checked.hpp"
#include "wire/batch_key.hpp"

using namespace rota::wire;
using rota::engine::job_state;

TEST_CASE("every method is found by its name, and by nothing else") {
  for (const auto& m : methods()) {
    CHECK(find_method(m.name) == &m);
    CHECK(&methods()[index_of(m)] == &m);
    CHECK_FALSE(m.summary.empty());
  }
  for (const char* unknown : {"", "job", "job.pus", "job.pushh", "JOB.PUSH", "zzz"})
    CHECK(find_method(unknown) == nullptr);
}

TEST_CASE("the log records changes of settings, and changes of jobs in bulk") {
  const auto logged = [](const char* method, const char* text) {
    return is_logged(*find_method(method), params(text));
  };
  CHECK(logged("type.put", "{}"));
  CHECK(logged("queue.pause", "{}"));
  CHECK(logged("executor.remove", "{}"));
  CHECK(logged("job.cancel", R"({"tenant":"a"})"));
  CHECK_FALSE(logged("job.cancel", R"({"ids":["j1-1"]})"));
  CHECK_FALSE(logged("job.push", "{}"));
  CHECK_FALSE(logged("type.list", "{}"));
}

TEST_CASE("what is over HTTP changes nothing") {
  for (const auto& m : methods()) {
    INFO(m.name);
    CHECK_FALSE((m.traits.over_http && m.traits.logged != logging::never));
  }
  for (const char* changing : {"job.push", "job.pop", "job.cancel", "type.put", "server.drain"})
    CHECK_FALSE(find_method(changing)->traits.over_http);
}

TEST_CASE("queues are listed, paused and resumed by type and tenant") {
  const auto list = read<list_queues_command>(R"({"tenant":"a","limit":5,"cursor":"c"})");
  CHECK(list.filter.tenant == "a");
  CHECK(list.filter.type.empty());
  CHECK(list.limit == 5);
  CHECK(list.cursor == "c");
  CHECK(read<pause_command>(R"({"type":"t"})").filter.type == "t");
  CHECK(read<pause_command>(R"({"type":"t","tenant":"a"})").filter.tenant == "a");
  CHECK(refused<pause_command>("{}") == "params must have tenant, type or both");
}

TEST_CASE("the server is drained by a boolean and asked with nothing") {
  CHECK(read<drain_command>(R"({"on":true})").on);
  CHECK(refused<drain_command>("{}") == "/on is required");
  CHECK(refused<drain_command>(R"({"on":1})") == "/on must be true or false");
  CHECK(refused<no_params>("{}").empty());
  CHECK(refused<no_params>(R"({"all":true})") == "unknown member /all");
}

TEST_CASE("events are subscribed to by tenant, type and states") {
  const auto all = read<subscribe_command>("{}");
  CHECK(all.states.empty());
  const auto some = read<subscribe_command>(R"({"tenant":"a","states":["failed","ready"]})");
  CHECK(some.states == std::vector{job_state::failed, job_state::ready});
  CHECK(refused<subscribe_command>(R"({"states":["ready","over"]})") ==
        "/states/1 must be one of delayed, ready, starting, running, succeeded, failed, cancelled");
  CHECK(refused<subscribe_command>(R"({"states":[]})") == "/states must not be empty");
  CHECK(read<unsubscribe_command>(R"({"subscription":"12"})").subscription == subscription_id{12});
  CHECK(read<unsubscribe_command>(R"({"subscription":"s1"})").subscription == subscription_id{});
  CHECK(refused<unsubscribe_command>("{}") == "/subscription is required");
}

namespace {

rota::engine::job_spec keyed(const std::string& payload, const std::string& pointer) {
  rota::engine::job_spec spec;
  spec.payload = payload;
  rota::engine::batch_settings batch;
  batch.key = pointer;
  set_mark(spec, batch_mark_of(payload, batch));
  return spec;
}

} // namespace

TEST_CASE("jobs with equal values at the batch pointer get equal keys") {
  CHECK(keyed(R"({"a":{"x":1,"y":[ true, "é" ]}})", "/a").options.batch_key ==
        keyed(R"({"b":0, "a": { "y":[true,"\u00e9"], "x" : 1 } })", "/a").options.batch_key);
  CHECK(keyed(R"({"a":"h"})", "/a").options.batch_key ==
        keyed(R"({"a":"\u0068"})", "/a").options.batch_key);
  CHECK(keyed(R"({"a":1})", "/a").options.batch_key !=
        keyed(R"({"a":"1"})", "/a").options.batch_key);
  CHECK(keyed(R"({"a":null})", "/a").options.batches);
  CHECK(keyed(R"([5,6])", "/1").options.batch_key == "6");
}

TEST_CASE("a job without the value goes alone, and without a pointer all go together") {
  CHECK_FALSE(keyed(R"({"b":1})", "/a").options.batches);
  CHECK_FALSE(keyed("null", "/a").options.batches);
  CHECK_FALSE(keyed("[1]", "/1").options.batches);
  CHECK(keyed(R"({"b":1})", "").options.batches);
  CHECK(keyed(R"({"b":1})", "").options.batch_key.empty());
}
