// Puts of settings: absent, null and value told apart; wrong members refused.
#include "tests/wire/requests_checked.hpp"
#include "wire/requests_options.hpp"
#include "wire/requests_settings.hpp"

using namespace rota::protocol;
using namespace rota::engine;

TEST_CASE("a put of a type tells absent, null and value apart") {
  const auto put =
      decode_put_type(params(R"({"name":"scan","retry":{"max_attempts":5,"jitter":null},)"
                             R"("timeout_ms":null,"paused":true})"));
  REQUIRE(put.has_value());
  CHECK(put->name == "scan");
  const auto& patch = put->patch;
  REQUIRE((patch.retry && *patch.retry));
  CHECK(patch.retry->value().max_attempts->value() == 5);
  CHECK((patch.retry->value().jitter && !*patch.retry->value().jitter));
  CHECK_FALSE(patch.retry->value().base_ms);
  CHECK((patch.timeout_ms && !*patch.timeout_ms));
  CHECK(patch.paused->value());
  CHECK_FALSE(patch.lease_ms);
  CHECK_FALSE(patch.executor);
}

TEST_CASE("a put of a type takes every member") {
  const auto put = decode_put_type(params(
      R"({"name":"t","retry":{"max_attempts":4,"base_ms":5,"max_ms":6,"jitter":false},)"
      R"("max_crashes":1,"lease_ms":2,"timeout_ms":3,"max_running":4,"max_running_per_tenant":5,)"
      R"("rate":{"per_second":0.5,"burst":2},"batch":{"max_size":7,"linger_ms":8,"key":"/k"},)"
      R"("poll":{"min_ms":1,"max_ms":2,"factor":1.5,"max_polls":3,"deadline_ms":4},)"
      R"("dedup":"replace","dedup_ms":9,"age_ms":10,)"
      R"("executor":{"name":"process","command":["a","b"],"limits":{"pids":5}},"paused":false})"));
  REQUIRE(put.has_value());
  const auto type = merge(type_settings{}, put->patch).value();
  type_settings expected;
  expected.retry = {4, milliseconds{5}, milliseconds{6}, false};
  expected.max_crashes = 1;
  expected.lease = milliseconds{2};
  expected.timeout = milliseconds{3};
  expected.max_running = 4;
  expected.max_running_per_tenant = 5;
  expected.rate = rate_settings{0.5, 2.0};
  expected.batch = batch_settings{7, milliseconds{8}, "/k"};
  expected.poll = {milliseconds{1}, milliseconds{2}, 1.5, 3, milliseconds{4}};
  expected.dedup = dedup_policy::replace;
  expected.dedup_for = milliseconds{9};
  expected.age = milliseconds{10};
  expected.executor = "process";
  expected.executor_options = R"({"command":["a","b"],"limits":{"pids":5}})";
  CHECK(type == expected);
}

TEST_CASE("a put is refused with the path of the member that is wrong") {
  const auto type = [](const std::string& members) {
    return flaw(decode_put_type(params(R"({"name":"t",)" + members + "}")));
  };
  CHECK(flaw(decode_put_type(params("{}"))) == "/name is required");
  CHECK(flaw(decode_put_type(params(R"({"name":null})"))) == "/name must be a string");
  CHECK(type(R"("retries":3)") == "/retries is not known");
  CHECK(type(R"("retry":3)") == "/retry must be an object");
  CHECK(type(R"("retry":{"attempts":3})") == "/retry/attempts is not known");
  CHECK(type(R"("retry":{"max_attempts":"3"})") == "/retry/max_attempts must be an integer");
  CHECK(type(R"("retry":{"max_attempts":3.5})") == "/retry/max_attempts must be an integer");
  CHECK(type(R"("retry":{"jitter":0})") == "/retry/jitter must be true or false");
  CHECK(type(R"("rate":{"per_second":"1"})") == "/rate/per_second must be a number");
  CHECK(type(R"("dedup":"drop")") == "/dedup must be one of return, replace");
  CHECK(type(R"("batch":{"key":5})") == "/batch/key must be a string");
  CHECK(flaw(decode_put_pool(params(R"({"cost":"free"})"))) ==
        "/cost must be one of declared, runtime");
  CHECK(flaw(decode_put_tenant(params(R"({"name":"a","weight":"2"})"))) ==
        "/weight must be a number");
  CHECK(flaw(decode_put_key(params(R"({"name":"a"})"))) == "/name is not known");
}

TEST_CASE("what a type's executor is told has a known shape") {
  const auto executor = [](const std::string& members) {
    return flaw(decode_put_type(params(R"({"name":"t","executor":{)" + members + "}}")));
  };
  CHECK(executor(R"("name":"docker","command":["x"],"env":{"A":"b","C":null},"cwd":"/tmp",)"
                 R"("limits":{"memory_bytes":1,"cpus":0.5,"pids":1,"open_files":1,)"
                 R"("output_bytes":1},"grace_ms":0,"image":"i","network":"none",)"
                 R"("mounts":["/a:/b"],"partition":"p")")
            .empty());
  CHECK(executor(R"("name":null)") == "/executor/name must be a string");
  CHECK(executor(R"("name":"p","cmd":[])") == "/executor/cmd is not known");
  CHECK(executor(R"("name":"p","command":[])") == "/executor/command must not be empty");
  CHECK(executor(R"("name":"p","command":"ls")") ==
        "/executor/command must be an array of strings");
  CHECK(executor(R"("name":"p","command":["ls",1])") == "/executor/command/1 must be a string");
  CHECK(executor(R"("name":"p","command":["a\u0000"])") ==
        "/executor/command/0 must not contain a NUL");
  CHECK(executor(R"("name":"p","env":{"A=":"b"})") ==
        "/executor/env/A= is not a name of a variable");
  CHECK(executor(R"("name":"p","limits":{"ram":1})") == "/executor/limits/ram is not known");
  CHECK(executor(R"("name":"p","limits":{"pids":0})")
            .starts_with("/executor/limits/pids must be an integer from 1"));
  CHECK(executor(R"("name":"p","cwd":")" + std::string(70'000, 'x') + '"') ==
        "/executor is too large");
}

TEST_CASE("options of an executor are merged member by member, null removes") {
  CHECK(merge_options("", R"({"a":1})") == R"({"a":1})");
  CHECK(merge_options("{}", R"({"a":null,"b":{"c":null,"d":[null]}})") == R"({"b":{"d":[null]}})");
  CHECK(merge_options(R"({"a": 1.0 ,"b":{"x":1,"y":2},"c":[1]})",
                      R"({"b":{"y":null,"z":3},"c":[2],"d":4})") ==
        R"({"a":1.0,"b":{"x":1,"z":3},"c":[2],"d":4})");
  CHECK(merge_options(R"({"a":{"b":1}})", R"({"a":5})") == R"({"a":5})");
  CHECK(merge_options(R"({"a":5})", R"({"a":{"b":1}})") == R"({"a":{"b":1}})");
}

TEST_CASE("tenants, pools, keys and executors are put by their own members") {
  const auto tenant = decode_put_tenant(
      params(R"({"name":"acme","weight":2.5,"max_running":1,"max_queued":null,"paused":false})"));
  REQUIRE(tenant.has_value());
  CHECK(merge(tenant_settings{}, tenant->patch).value() ==
        tenant_settings{micro{2'500'000}, 1, std::nullopt, false});

  CHECK(decode_put_pool(params("{}"))->name == "default");
  const auto pool =
      decode_put_pool(params(R"({"name":"p","slots":8,"cost":"runtime","reserve_after_ms":5})"));
  REQUIRE(pool.has_value());
  CHECK(pool->name == "p");
  CHECK(merge(pool_settings{}, pool->patch).value() ==
        pool_settings{micro::of(8), cost_unit::runtime, milliseconds{5}});

  const auto key =
      decode_put_key(params(R"({"key":"host","max_running":2,"rate":{"per_second":3}})"));
  REQUIRE(key.has_value());
  CHECK(key->name == "host");
  CHECK(merge(key_settings{}, key->patch).value() == key_settings{2, rate_settings{3.0, 1.0}});

  const auto executor = decode_put_executor(
      params(R"({"name":"d","kind":"docker","slots":2,"socket":"/run/docker.sock"})"));
  REQUIRE(executor.has_value());
  CHECK(executor->name == "d");
  CHECK(merge(executor_settings{}, executor->patch).value() ==
        executor_settings{"docker", micro::of(2), R"({"socket":"/run/docker.sock"})"});
  CHECK(flaw(decode_put_executor(params(R"({"kind":"docker"})"))) == "/name is required");
  for (const auto* outside : {"../x", ".x", "a/b", "a b", ".."})
    CHECK(flaw(decode_put_executor(
              params(R"({"kind":"process","name":")" + std::string{outside} + "\"}"))) ==
          "/name must be letters, digits, '-', '_' and '.', and not begin with '.'");
  CHECK(flaw(decode_put_executor(params(R"({"name":"d","sokcet":"x"})"))) ==
        "/sokcet is not known");
}

TEST_CASE("settings are got, deleted and listed by name, limit and cursor") {
  CHECK(decode_named(params(R"({"name":"scan"})"))->name == "scan");
  CHECK(flaw(decode_named(params("{}"))) == "/name is required");
  CHECK(decode_delete_key(params(R"({"key":"k"})"))->name == "k");
  CHECK(flaw(decode_delete_key(params(R"({"name":"k"})"))) == "/name is not known");
  const auto page = decode_page(params(R"({"limit":2,"cursor":"scan"})"));
  REQUIRE(page.has_value());
  CHECK(page->limit == 2);
  CHECK(page->cursor == "scan");
}
