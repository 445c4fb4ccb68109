// Requests about jobs: which are accepted, and which are refused with which path.
#include "tests/wire/requests_checked.hpp"

using namespace rota::wire;
using rota::engine::job_id;
using rota::engine::job_state;
using rota::engine::micro;
using rota::engine::milliseconds;
using rota::engine::serial;

namespace {

/// Returns a push of one job with `members` added.
std::string push_with(const std::string& members) {
  return R"({"jobs":[{"type":"scan","tenant":"acme")" + members + "}]}";
}

std::string push_flaw(const std::string& members) {
  return refused<push_command>(push_with(members));
}

} // namespace

TEST_CASE("a push with nothing but type and tenant takes every default") {
  const auto push = read<push_command>(push_with(""));
  REQUIRE(push.jobs.size() == 1);
  const auto& job = push.jobs.front();
  CHECK(job.type == "scan");
  CHECK(job.tenant == "acme");
  CHECK(job.spec == rota::engine::job_spec{});
  CHECK_FALSE(job.spec.options.not_before);
  CHECK_FALSE(job.delay);
}

TEST_CASE("a push takes every member and keeps the payload byte for byte") {
  const auto push = read<push_command>(push_with(
      R"(,"payload": {"a" : 0.10, "b":[1E2,"\u0041"]} ,"priority":-1000,"key":"k\u00e4",)"
      R"("not_before":"2026-11-21T22:57:50.123456Z","concurrency_key":"host","cost":0.001,)"
      R"("slots":2.5,"max_attempts":9,"timeout_ms":1,"lease_ms":5000)"));
  const auto& job = push.jobs.front();
  CHECK(job.spec.payload == R"({"a" : 0.10, "b":[1E2,"\u0041"]})");
  CHECK(job.spec.priority == -1000);
  CHECK(job.spec.options.key == "kä");
  CHECK(job.spec.options.not_before == rota::engine::from_us(1'795'301'870'123'456));
  CHECK(job.spec.options.concurrency_key == "host");
  CHECK(job.spec.options.cost == micro{1000});
  CHECK(job.spec.options.slots == micro{2'500'000});
  CHECK(job.spec.options.max_attempts == 9);
  CHECK(job.spec.options.timeout == milliseconds{1});
  CHECK(job.spec.options.lease == milliseconds{5000});
  CHECK(read<push_command>(push_with(R"(,"delay_ms":0)")).jobs[0].delay == milliseconds{0});
}

TEST_CASE("a push keeps the order of many jobs") {
  std::string text = R"({"jobs":[)";
  for (int i = 0; i < 1000; ++i)
    text += R"({"type":"scan","tenant":"acme","payload":)" + std::to_string(i) + "},";
  text.back() = ']';
  text += '}';
  const auto push = read<push_command>(text);
  REQUIRE(push.jobs.size() == 1000);
  CHECK(push.jobs[0].spec.payload == "0");
  CHECK(push.jobs[999].spec.payload == "999");
}

TEST_CASE("a push is refused with the path of the member that is wrong") {
  CHECK(refused<push_command>("{}") == "/jobs is required");
  CHECK(refused<push_command>(R"({"jobs":{}})") == "/jobs must be an array");
  CHECK(refused<push_command>(R"({"jobs":[],"x/y":1})") == "unknown member /x~1y");
  CHECK(refused<push_command>(R"({"jobs":[7]})") == "/jobs/0 must be an object");
  CHECK(refused<push_command>(R"({"jobs":[{"type":"a","tenant":"b"},{"type":"a"}]})") ==
        "/jobs/1/tenant is required");
  CHECK(push_flaw(R"(,"prio":1)") == "unknown member /jobs/0/prio");
  CHECK(push_flaw(R"(,"":1)") == "unknown member /jobs/0/");
  CHECK(push_flaw(R"(,"priority":1001)") ==
        "/jobs/0/priority must be an integer from -1000 to 1000");
  for (const char* bad : {"1.0", "1e2", "\"1\"", "null", "true", "99999999999999999999", "-1001"})
    CHECK(push_flaw(std::string{",\"priority\":"} + bad) ==
          "/jobs/0/priority must be an integer from -1000 to 1000");
  for (const char* bad : {"0", "0.0009", "1000001", "-1"})
    CHECK(push_flaw(std::string{",\"cost\":"} + bad) ==
          "/jobs/0/cost must be from 0.001 to 1000000");
  CHECK(push_flaw(R"(,"cost":"1")") == "/jobs/0/cost must be a number");
  CHECK(push_flaw(R"(,"cost":1e999)") == "/jobs/0/cost must be a number that a double can hold");
  CHECK(push_flaw(R"(,"slots":0)") == "/jobs/0/slots must be greater than 0 and at most 1000000");
  CHECK(push_flaw(R"(,"slots":1000000.5)") ==
        "/jobs/0/slots must be greater than 0 and at most 1000000");
  CHECK(push_flaw(R"(,"max_attempts":0)") ==
        "/jobs/0/max_attempts must be an integer from 1 to 1000000");
  CHECK(push_flaw(R"(,"delay_ms":-1)") ==
        "/jobs/0/delay_ms must be an integer from 0 to 315360000000");
  CHECK(push_flaw(R"(,"timeout_ms":0)") ==
        "/jobs/0/timeout_ms must be an integer from 1 to 315360000000");
  CHECK(push_flaw(R"(,"not_before":"tomorrow")") ==
        "/jobs/0/not_before must be a time like 2026-11-21T22:57:50.123Z");
  CHECK(push_flaw(R"(,"not_before":5)").starts_with("/jobs/0/not_before must be a time"));
  CHECK(push_flaw(R"(,"not_before":"2026-11-21T22:57:50Z","delay_ms":5)") ==
        "/jobs/0/delay_ms must not come together with not_before");
  CHECK(push_flaw(R"(,"key":null)") == "/jobs/0/key must be a string");
}

TEST_CASE("a push takes a trace, whichever of its members comes first") {
  const std::string parent = R"("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")";
  for (const auto& members : {R"(,"traceparent":)" + parent + R"(,"tracestate":"a=1")",
                              R"(,"tracestate":"a=1","traceparent":)" + parent}) {
    const auto push = read<push_command>(push_with(members));
    REQUIRE(push.jobs[0].spec.options.trace);
    CHECK('"' + push.jobs[0].spec.options.trace->parent + '"' == parent);
    CHECK(push.jobs[0].spec.options.trace->state == "a=1");
  }
  const auto alone = read<push_command>(push_with(R"(,"traceparent":)" + parent));
  CHECK(alone.jobs[0].spec.options.trace->state.empty());
}

TEST_CASE("a trace that isn't one is refused") {
  const std::string form =
      "/jobs/0/traceparent must be like 00-<32 hex>-<16 hex>-<2 hex>, in lower case, "
      "no id all zeros";
  for (const char* bad :
       {R"("")", R"("00")", R"("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01")",
        R"("00-00000000000000000000000000000000-00f067aa0ba902b7-01")",
        R"("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")"})
    CHECK(push_flaw(std::string{R"(,"traceparent":)"} + bad) == form);
  CHECK(push_flaw(R"(,"traceparent":7)") == "/jobs/0/traceparent must be a string");
  CHECK(push_flaw(R"(,"traceparent":null)") == "/jobs/0/traceparent must be a string");
  CHECK(push_flaw(R"(,"tracestate":"a=1")") ==
        "/jobs/0/tracestate must come together with traceparent");
  const std::string state = R"(,"tracestate":")";
  for (const auto& bad : {std::string{}, std::string(513, 'x'), std::string{"a\\n"}})
    CHECK(push_flaw(state + bad + '"') ==
          "/jobs/0/tracestate must be 1 to 512 bytes of printable ASCII");
}

TEST_CASE("a number of slots that is barely more than none counts as the least there is") {
  CHECK(read<push_command>(push_with(R"(,"slots":1e-9)")).jobs[0].spec.options.slots == micro{1});
}

TEST_CASE("a name has 1 to 200 bytes and no control characters") {
  const auto refused = [](const std::string& json_name) {
    return push_flaw(R"(,"key":)" + json_name) ==
           "/jobs/0/key must be 1 to 200 bytes without control characters";
  };
  CHECK(refused("\"\""));
  CHECK(refused('"' + std::string(201, 'x') + '"'));
  CHECK_FALSE(refused('"' + std::string(200, 'x') + '"'));
  CHECK(refused(R"("a\nb")"));
  CHECK(refused(R"("a\u0000")"));
  CHECK(refused(R"("\u007f")"));
  CHECK(refused(R"("\u0085")"));
  CHECK(refused(R"("\u009f")"));
  CHECK_FALSE(refused(R"("\u00a0")"));
  CHECK_FALSE(refused(R"("a b/c\"\\ \ud83d\ude00")"));
}

TEST_CASE("an id that we never made is kept as text, not refused") {
  const auto known = read<get_command>(R"({"id":"j3-zz"})");
  CHECK(known.job.id == job_id{{3}, serial{35 * 36 + 35}});
  CHECK(known.job.text() == "j3-zz");

  for (const char* text : {"", "J3-ZZ", "j03-1", "j3-", "a3-1", "nonsense", "\xC3\xA4"}) {
    const auto unknown = read<get_command>("{\"id\":\"" + std::string{text} + "\"}");
    CHECK_FALSE(unknown.job.id);
    CHECK(unknown.job.text() == text);
  }
  CHECK(refused<get_command>(R"({"id":5})") == "/id must be a string");
  CHECK(refused<get_command>("{}") == "/id is required");
}

TEST_CASE("a list of jobs takes a filter, a limit and a cursor") {
  const auto all = read<list_command>("{}");
  CHECK(all.limit == 100);
  CHECK_FALSE(all.state);
  const auto some = read<list_command>(
      R"({"tenant":"a","type":"b","state":"delayed","limit":7,"cursor":"j1-1"})");
  CHECK(some.filter.tenant == "a");
  CHECK(some.filter.type == "b");
  CHECK(some.state == job_state::delayed);
  CHECK(some.limit == 7);
  CHECK(some.cursor == "j1-1");
  CHECK(refused<list_command>(R"({"state":"done"})") ==
        "/state must be one of delayed, ready, starting, running, succeeded, failed, cancelled");
  CHECK(refused<list_command>(R"({"state":1})") ==
        "/state must be one of delayed, ready, starting, running, succeeded, failed, cancelled");
  CHECK(refused<list_command>(R"({"limit":0})") == "/limit must be an integer from 1 to 10000");
  CHECK(refused<list_command>(R"({"cursor":null})") == "/cursor must be a string");
}

TEST_CASE("output is asked for by stream, offset and limit") {
  const auto output = read<output_command>(R"({"id":"j1-1","stream":"stderr","offset":10})");
  CHECK(output.errors);
  CHECK(output.offset == 10);
  CHECK(output.limit == 65'536);
  CHECK(refused<output_command>(R"({"id":"j1-1","stream":"stdlog"})") ==
        "/stream must be one of stderr, stdout");
  CHECK(refused<output_command>(R"({"id":"j1-1"})") == "/stream is required");
  CHECK(refused<output_command>(R"({"id":"j1-1","stream":"stdout","offset":-1})") ==
        "/offset must be an integer from 0 to 9223372036854775807");
}

TEST_CASE("jobs to cancel or retry are named by ids or by a filter, not by both or neither") {
  const auto by_ids = read<cancel_command>(R"({"ids":["j1-1","what"]})");
  REQUIRE(by_ids.which.ids);
  CHECK(by_ids.which.ids->at(0).id == job_id{{1}, {1}});
  CHECK(by_ids.which.ids->at(1).unknown == "what");

  const auto by_filter = read<cancel_command>(R"({"tenant":"a"})");
  CHECK_FALSE(by_filter.which.ids);
  CHECK(by_filter.which.filter.tenant == "a");
  CHECK(by_filter.which.limit == 1000);
  CHECK(read<cancel_command>(R"({"type":"b","limit":5})").which.limit == 5);

  CHECK(refused<cancel_command>("{}") == "params must have ids, tenant or type");
  CHECK(refused<cancel_command>(R"({"limit":5})") == "params must have ids, tenant or type");
  for (const char* other : {R"("tenant":"a")", R"("type":"a")", R"("limit":1)"})
    CHECK(refused<cancel_command>(std::string{R"({"ids":[],)"} + other + '}') ==
          "/ids must not come together with tenant, type or limit");
  CHECK(refused<cancel_command>(R"({"ids":["j1-1",2]})") == "/ids/1 must be a string");
}
