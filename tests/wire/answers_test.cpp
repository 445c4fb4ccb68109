// Answers, compared byte for byte with what the wire carries.
#include "json/check.hpp"
#include "wire/answers.hpp"
#include "wire/merging.hpp"
#include "wire/writing.hpp"

#include <catch2/catch.hpp>

using namespace rota;
using namespace rota::wire;
using namespace rota::engine;

namespace {

/// Returns the JSON of a reply's result, after checking it.
template <class Reply>
std::string result_of(Reply what) {
  const auto text = std::get<std::string>(to_answer(what, "fsync"));
  CHECK_FALSE(check_json(text));
  return text;
}

constexpr time_point noon = from_us(1'795'262'400'000'001); // 2026-11-21T12:00:00.000001Z

} // namespace

TEST_CASE("quantities are written as exact decimals") {
  CHECK(decimal_text(micro::of(0)) == "0");
  CHECK(decimal_text(micro::of(12)) == "12");
  CHECK(decimal_text(micro{500'000}) == "0.5");
  CHECK(decimal_text(micro{1}) == "0.000001");
  CHECK(decimal_text(micro{1'000'100}) == "1.0001");
  CHECK(decimal_text(micro{-2'500'000}) == "-2.5");
}

TEST_CASE("a push is answered job by job with the durability") {
  push_reply pushed;
  pushed.jobs = {{{{1}, {2}}, job_state::ready, false}, {{{1}, {3}}, job_state::delayed, true}};
  CHECK(result_of(pushed) ==
        R"({"jobs":[{"id":"j1-2","state":"ready","duplicate":false},)"
        R"({"id":"j1-3","state":"delayed","duplicate":true}],"durability":"fsync"})");
}

TEST_CASE("a new job has all members, null where there is nothing") {
  job_record record;
  record.number = {5};
  record.created = record.ready_since = noon;
  CHECK(result_of(job_view{{{1}, {5}}, "scan", "acme", record, {}, 3, 9}) ==
        R"({"id":"j1-5","type":"scan","tenant":"acme","state":"ready","priority":0,"key":null,)"
        R"("concurrency_key":null,"cost":1,"slots":1,)"
        R"("payload":null,"traceparent":null,"tracestate":null,)"
        R"("created_at":"2026-11-21T12:00:00.000001Z",)"
        R"("ready_at":"2026-11-21T12:00:00.000001Z","not_before":null,"started_at":null,)"
        R"("finished_at":null,"attempts":0,"crashes":0,"polls":0,"worker":null,"executor":null,)"
        R"("exit_code":null,"signal":null,"error":null,"result":null,"checkpoint":null,)"
        R"("position":3,"global_position":9,"cancel_requested":false})");
}

TEST_CASE("an ended job shows its outcome, texts byte for byte") {
  job_record record;
  record.number = {5};
  record.state = job_state::failed;
  record.spec.payload = R"({"n": 0.10})";
  record.spec.priority = -7;
  record.spec.options.key = "k\"1";
  record.spec.options.concurrency_key = "db";
  record.spec.options.cost = micro{2'500'000};
  record.spec.options.slots = micro::of(3);
  record.spec.options.not_before = noon;
  record.spec.options.trace = trace_context{"00-a-b-01", "v=1"};
  record.counts = {3, 1, 2, 1};
  record.created = record.ready_since = noon;
  record.started = record.finished = noon + std::chrono::seconds{1};
  record.worker = "w";
  record.error = rota::engine::failure{"exit 1", ""};
  record.result = "[1 ]";
  record.checkpoint = R"({"p":2})";
  record.cancel_requested = true;
  record.execution = execution{{7}, "handle", 1, 15};
  CHECK(result_of(job_view{{{1}, {5}}, "scan", "acme", record, "process", {}, {}}) ==
        R"({"id":"j1-5","type":"scan","tenant":"acme","state":"failed","priority":-7,)"
        R"("key":"k\"1","concurrency_key":"db","cost":2.5,"slots":3,)"
        R"("payload":{"n": 0.10},"traceparent":"00-a-b-01","tracestate":"v=1",)"
        R"("created_at":"2026-11-21T12:00:00.000001Z",)"
        R"("ready_at":"2026-11-21T12:00:00.000001Z","not_before":"2026-11-21T12:00:00.000001Z",)"
        R"("started_at":"2026-11-21T12:00:01.000001Z",)"
        R"("finished_at":"2026-11-21T12:00:01.000001Z","attempts":3,"crashes":1,"polls":2,)"
        R"("worker":"w","executor":"process","exit_code":1,"signal":15,)"
        R"("error":{"message":"exit 1","kind":null},"result":[1 ],"checkpoint":{"p":2},)"
        R"("position":null,"global_position":null,"cancel_requested":true})");
}

TEST_CASE("leases are handed out with their jobs, checkpoint and trace only where they are") {
  leased_job plain{{{2}, {8}}, R"({"a":1})", 5, 1, {}, {}};
  leased_job deferred{{{2}, {9}}, "null", 0, 3, "7", trace_context{"00-a-b-01", "v=1"}};
  pop_reply popped;
  leased_job traced{{{2}, {11}}, "null", 0, 1, {}, trace_context{"00-c-d-01", ""}};
  popped.leases = {{{{2}, {10}}, "scan", "acme", noon, {plain, deferred, traced}, {}}};
  CHECK(result_of(popped) ==
        R"({"leases":[{"lease":"a2-a","type":"scan","tenant":"acme",)"
        R"("deadline":"2026-11-21T12:00:00.000001Z","jobs":[)"
        R"({"id":"j2-8","payload":{"a":1},"priority":5,"attempt":1},)"
        R"({"id":"j2-9","payload":null,"priority":0,"attempt":3,"checkpoint":7,)"
        R"("traceparent":"00-a-b-01","tracestate":"v=1"},)"
        R"({"id":"j2-b","payload":null,"priority":0,"attempt":1,"traceparent":"00-c-d-01"}]}]})");
  CHECK(result_of(pop_reply{}) == R"({"leases":[]})");
}

TEST_CASE("a completion is answered with its job, its jobs or its own error") {
  complete_reply completed;
  completed.items = {
      complete_reply::settled("a1-1", {{{{1}, {2}}, job_state::succeeded}}),
      complete_reply::settled("a1-4",
                              {{{{1}, {2}}, job_state::delayed}, {{{1}, {3}}, job_state::failed}}),
      complete_reply::lost("x"),
  };
  CHECK(result_of(completed) ==
        R"({"results":[{"lease":"a1-1","job":"j1-2","state":"succeeded"},)"
        R"({"lease":"a1-4","jobs":[{"job":"j1-2","state":"delayed"},)"
        R"({"job":"j1-3","state":"failed"}]},{"lease":"x","error":{"kind":"lease_lost",)"
        R"("message":"the lease no longer holds this job; its result was dropped"}}]})");
}

TEST_CASE("extend, release and defer answer lease by lease") {
  CHECK(result_of(extend_reply{{"a1-1"}, {"x"}, {}, {{"a1-1", {{1}, {7}}}}}) ==
        R"({"extended":["a1-1"],"unknown":["x"],"cancelled":[],)"
        R"("cancelled_jobs":[{"lease":"a1-1","job":"j1-7"}]})");
  CHECK(result_of(release_reply{{"a1-1"}, {"x"}}) == R"({"released":["a1-1"],"unknown":["x"]})");
  CHECK(result_of(defer_reply{{{"a1-1", noon}, {"a1-2", {}}}, {"x"}}) ==
        R"({"deferred":[{"lease":"a1-1","until":"2026-11-21T12:00:00.000001Z"},)"
        R"({"lease":"a1-2","until":null}],"unknown":["x"]})");
}

TEST_CASE("cancel and retry sort the ids by their outcome") {
  CHECK(result_of(cancel_reply{{"j1-1"}, {}, {}, {"nope"}, true}) ==
        R"({"cancelled":["j1-1"],"cancelling":[],"wrong_state":[],"not_found":["nope"],)"
        R"("more":true})");
  CHECK(result_of(retry_reply{{"j1-1"}, {}, {"nope"}, false}) ==
        R"({"retried":["j1-1"],"wrong_state":[],"not_found":["nope"],"more":false})");
}

TEST_CASE("explain, output and events have their members") {
  CHECK(result_of(explain_reply{job_state::ready, "no_worker", "nobody asks", {}}) ==
        R"({"state":"ready","reason":"no_worker","detail":"nobody asks","start":null})");
  CHECK(result_of(explain_reply{job_state::ready, "waiting_turn", "others",
                                start_estimate{noon, noon, noon}}) ==
        R"({"state":"ready","reason":"waiting_turn","detail":"others","start":{)"
        R"("expected":"2026-11-21T12:00:00.000001Z","earliest":"2026-11-21T12:00:00.000001Z",)"
        R"("latest":"2026-11-21T12:00:00.000001Z"}})");
  CHECK(result_of(output_reply::of("h\xC3\xA9\n", true)) ==
        "{\"data\":\"h\xC3\xA9\\n\",\"encoding\":\"utf-8\",\"eof\":true}");
  job_event event{{1}, {{1}, {2}}, "t", "a", job_state::running, noon, {}};
  CHECK(to_json(event) ==
        R"({"subscription":"1","id":"j1-2","type":"t","tenant":"a","state":"running",)"
        R"("at":"2026-11-21T12:00:00.000001Z"})");
  event.trace_id = "4bf9";
  CHECK(to_json(event) ==
        R"({"subscription":"1","id":"j1-2","type":"t","tenant":"a","state":"running",)"
        R"("at":"2026-11-21T12:00:00.000001Z","trace_id":"4bf9"})");
  CHECK(to_json(missed_events{{1}, 12}) == R"({"subscription":"1","missed":12})");
}

TEST_CASE("output that is not UTF-8 goes as base64") {
  const auto output = [](std::string data) {
    return result_of(output_reply::of(std::move(data), false));
  };
  CHECK(output("\xFF") == R"({"data":"/w==","encoding":"base64","eof":false})");
  CHECK(output("\xFFz") == R"({"data":"/3o=","encoding":"base64","eof":false})");
  CHECK(output("\xFFzz") == R"({"data":"/3p6","encoding":"base64","eof":false})");
  for (const char* bad : {"\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                          "\xF0\x80\x80\x80", "\xF5\x80\x80\x80", "\x80", "\xE2\x82"})
    CHECK(output(bad).find("base64") != std::string::npos);
  CHECK(output("\xE2\x82\xAC\xF0\x9F\x98\x80\xED\x9F\xBF").find("utf-8") != std::string::npos);
}

TEST_CASE("a setting is answered with every member") {
  CHECK(result_of(setting_view{setting_kind::type, "t", type_settings{}}) ==
        R"({"name":"t","retry":{"max_attempts":3,"base_ms":1000,"max_ms":600000,"jitter":true},)"
        R"("max_crashes":3,"lease_ms":30000,"timeout_ms":null,"max_running":null,)"
        R"("max_running_per_tenant":null,"rate":null,"batch":null,"poll":{"min_ms":1000,)"
        R"("max_ms":60000,"factor":2,"max_polls":null,"deadline_ms":null},"dedup":"return",)"
        R"("dedup_ms":3600000,"age_ms":60000,"executor":null,"paused":false})");
  CHECK(result_of(setting_view{setting_kind::tenant, "a", tenant_settings{}}) ==
        R"({"name":"a","weight":1,"max_running":null,"max_queued":null,"paused":false})");
  CHECK(result_of(setting_view{setting_kind::pool, "default", pool_settings{}}) ==
        R"({"name":"default","slots":null,"cost":"declared","reserve_after_ms":60000})");
  CHECK(result_of(setting_view{setting_kind::key, "h", key_settings{}}) ==
        R"({"key":"h","max_running":null,"rate":null})");
  const executor_settings docker{"docker", micro::of(2), R"({"socket":"/s"})"};
  CHECK(result_of(setting_view{setting_kind::executor, "d", docker}) ==
        R"({"name":"d","kind":"docker","slots":2,"socket":"/s"})");
  list_settings_reply listed{setting_kind::executor, {}, {}};
  listed.settings = {{setting_kind::executor, "d", docker,
                      setting_view::executor_state{micro::of(2), 1, "healthy"}}};
  CHECK(result_of(listed) ==
        R"({"executors":[{"name":"d","kind":"docker","slots":2,"socket":"/s","capacity":2,)"
        R"("running":1,"health":"healthy"}],"cursor":null})");
}

TEST_CASE("the answer of a put can be put again and changes nothing") {
  type_settings type;
  type.retry = {9, milliseconds{1}, milliseconds{2}, false};
  type.timeout = milliseconds{5};
  type.max_running = 0;
  type.max_running_per_tenant = 8;
  type.rate = rate_settings{0.1, 7.25};
  type.batch = batch_settings{100, milliseconds{3}, "/a b"};
  type.poll = {milliseconds{1}, milliseconds{9}, 1.25, 4, milliseconds{6}};
  type.dedup = dedup_policy::replace;
  type.executor = executor_choice{"process", R"({"command":["a"],"env":{"A":"1"}})"};
  type.paused = true;
  const auto text = result_of(setting_view{setting_kind::type, "t", type});
  const json_value put{text};
  CHECK(merged<type_settings>(type, put, "name").value() == type);
  CHECK(merged<type_settings>({}, put, "name").value() == type);
}

TEST_CASE("operators are answered with rows, pages and facts of the server") {
  list_queues_reply queues;
  queues.queues = {{"t", "a", {1, 2, 3, 0, 0, 0}, milliseconds{1500}, true},
                   {"t", "b", {}, {}, false}};
  queues.cursor = "c";
  CHECK(result_of(queues) ==
        R"({"queues":[{"type":"t","tenant":"a","ready":1,"delayed":2,"running":3,)"
        R"("oldest_ready_ms":1500,"paused":true},{"type":"t","tenant":"b","ready":0,"delayed":0,)"
        R"("running":0,"oldest_ready_ms":null,"paused":false}],"cursor":"c"})");
  CHECK(to_json(info_reply{"0.1.0", "fsync", noon, false, R"({"max_depth":64})"}) ==
        R"({"version":"0.1.0","durability":"fsync",)"
        R"("started_at":"2026-11-21T12:00:00.000001Z","draining":false,)"
        R"("limits":{"max_depth":64}})");
  CHECK(result_of(drain_reply{true}) == R"({"on":true})");
  CHECK(result_of(subscribe_reply{{7}}) == R"({"subscription":"7"})");
  CHECK(result_of(pause_reply{{"t", {}}, true}) == R"({"type":"t","tenant":null,"paused":true})");
  CHECK(result_of(delete_setting_reply{"t"}) == R"({"deleted":"t"})");
}

TEST_CASE("a refusal has the members of its kind") {
  const auto failed = [](refusal r) { return std::get<rpc_failure>(to_answer(r, "fsync")); };
  auto full = refused(error_kind::queue_full, "no room");
  full.tenant = "acme";
  full.retry_after = milliseconds{1000};
  CHECK(failed(full).data == R"({"kind":"queue_full","tenant":"acme","retry_after_ms":1000})");
  CHECK(failed(in_use("it runs attempts")).data == R"({"kind":"wrong_state","state":"in_use"})");
  auto invalid = refused(error_kind::invalid, "must be an integer");
  invalid.path = "/jobs/0/x";
  CHECK(failed(invalid).message == "/jobs/0/x must be an integer");
  CHECK(failed(no_such_setting()).kind == error_kind::not_found);
}
