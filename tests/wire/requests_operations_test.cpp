// Requests of operators, names of methods, and the key of batches.
#include "tests/wire/requests_checked.hpp"
#include "wire/batch_key.hpp"
#include "wire/requests_method.hpp"
#include "wire/requests_operations.hpp"

using namespace rota::protocol;
using rota::engine::job_state;

TEST_CASE("every method has a name that leads back to it") {
  for (std::size_t i = 0; i < method_count; ++i) {
    const auto m = static_cast<method>(i);
    CHECK(method_from(to_text(m)) == m);
  }
  CHECK(to_text(method::job_push) == "job.push");
  CHECK(to_text(method::executor_remove) == "executor.remove");
  CHECK(to_text(method::events_unsubscribe) == "events.unsubscribe");
  CHECK(to_text(method::type_put) == "type.put");
  for (const char* unknown : {"", "job", "job.pus", "job.pushh", "JOB.PUSH", "zzz"})
    CHECK_FALSE(method_from(unknown));
}

TEST_CASE("queues are listed, paused and resumed by type and tenant") {
  const auto list = decode_list_queues(params(R"({"tenant":"a","limit":5,"cursor":"c"})"));
  REQUIRE(list.has_value());
  CHECK(list->tenant == "a");
  CHECK_FALSE(list->type);
  CHECK(list->limit == 5);
  CHECK(list->cursor == "c");
  CHECK(decode_queue(params(R"({"type":"t"})"))->type == "t");
  CHECK(decode_queue(params(R"({"type":"t","tenant":"a"})"))->tenant == "a");
  CHECK(flaw(decode_queue(params("{}"))) == " must have tenant, type or both");
}

TEST_CASE("the server is drained by a boolean and asked with nothing") {
  CHECK(decode_drain(params(R"({"on":true})"))->on);
  CHECK(flaw(decode_drain(params("{}"))) == "/on is required");
  CHECK(flaw(decode_drain(params(R"({"on":1})"))) == "/on must be true or false");
  CHECK(decode_nothing(params("{}")).has_value());
  CHECK(flaw(decode_nothing(params(R"({"all":true})"))) == "/all is not known");
}

TEST_CASE("events are subscribed to by tenant, type and states") {
  const auto all = decode_subscribe(params("{}"));
  REQUIRE(all.has_value());
  CHECK(all->states.empty());
  const auto some = decode_subscribe(params(R"({"tenant":"a","states":["failed","ready"]})"));
  REQUIRE(some.has_value());
  CHECK(some->states == std::vector{job_state::failed, job_state::ready});
  CHECK(flaw(decode_subscribe(params(R"({"states":["ready","over"]})"))) ==
        "/states/1 must be one of delayed, ready, starting, running, succeeded, failed, cancelled");
  CHECK(flaw(decode_subscribe(params(R"({"states":[]})"))) == "/states must not be empty");
  CHECK(decode_unsubscribe(params(R"({"subscription":"s1"})"))->subscription == "s1");
  CHECK(flaw(decode_unsubscribe(params("{}"))) == "/subscription is required");
}

namespace {

rota::engine::job_spec keyed(const std::string& payload, const std::string& pointer) {
  rota::engine::job_spec spec;
  spec.payload = payload;
  rota::engine::batch_settings batch;
  batch.key = pointer;
  set_mark(spec, rota::actors::batch_mark_of(payload, batch));
  return spec;
}

} // namespace

TEST_CASE("jobs with equal values at the batch pointer get equal keys") {
  CHECK(keyed(R"({"a":{"x":1,"y":[ true, "é" ]}})", "/a").batch_key ==
        keyed(R"({"b":0, "a": { "y":[true,"\u00e9"], "x" : 1 } })", "/a").batch_key);
  CHECK(keyed(R"({"a":"h"})", "/a").batch_key == keyed(R"({"a":"\u0068"})", "/a").batch_key);
  CHECK(keyed(R"({"a":1})", "/a").batch_key != keyed(R"({"a":"1"})", "/a").batch_key);
  CHECK(keyed(R"({"a":null})", "/a").batches);
  CHECK(keyed(R"([5,6])", "/1").batch_key == "6");
}

TEST_CASE("a job without the value goes alone, and without a pointer all go together") {
  CHECK_FALSE(keyed(R"({"b":1})", "/a").batches);
  CHECK_FALSE(keyed("null", "/a").batches);
  CHECK_FALSE(keyed("[1]", "/1").batches);
  CHECK(keyed(R"({"b":1})", "").batches);
  CHECK(keyed(R"({"b":1})", "").batch_key.empty());
}
