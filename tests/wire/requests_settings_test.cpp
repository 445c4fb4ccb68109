// Puts of settings: absent, null and a value have different effects; ranges; unknown members are
// refused.
#include "tests/wire/requests_checked.hpp"
#include "wire/executor_options.hpp"
#include "wire/merging.hpp"
#include "wire/replies.hpp"

using namespace rota::wire;
using namespace rota::engine;

namespace {

template <class Settings>
checked<Settings> put(const std::string& members,
                      const std::optional<Settings>& current = std::nullopt) {
  return merged<Settings>(current, params(members), "name");
}

checked<type_settings> put_type(const std::string& members) { return put<type_settings>(members); }

/// Returns the refusal of a put on top of a type.
std::string refused(const std::string& members, const type_settings& current = {}) {
  return refusal_of(put<type_settings>(members, current));
}

} // namespace

TEST_CASE("an empty put leaves a setting as it is") {
  type_settings current;
  current.retry.max_attempts = 7;
  current.rate = rate_settings{5.0, 10.0};
  current.executor = executor_choice{"process", "{}"};
  CHECK(put<type_settings>("{}", current).value() == current);
  CHECK(put_type("{}").value() == type_settings{});
}

TEST_CASE("a nested member of a put leaves its neighbours alone") {
  type_settings current;
  current.retry = {7, milliseconds{50}, milliseconds{5000}, false};
  CHECK(put<type_settings>(R"({"retry":{"max_attempts":9}})", current).value().retry ==
        retry_settings{9, milliseconds{50}, milliseconds{5000}, false});
}

TEST_CASE("null resets a member to its default and an object as a whole") {
  type_settings current;
  current.retry = {7, milliseconds{50}, milliseconds{5000}, false};
  current.timeout = milliseconds{10};
  current.rate = rate_settings{5.0, 10.0};
  current.batch = batch_settings{10, milliseconds{5}, "/a"};
  current.dedup = dedup_policy::replace;
  current.executor = executor_choice{"process", R"({"cwd":"/"})"};
  CHECK(put<type_settings>(R"({"retry":{"base_ms":null}})", current).value().retry ==
        retry_settings{7, milliseconds{1000}, milliseconds{5000}, false});
  CHECK(
      put<type_settings>(R"({"retry":null,"timeout_ms":null,"rate":null,"batch":null,"poll":null,)"
                         R"("dedup":null,"executor":null})",
                         current)
          .value() == type_settings{});
}

TEST_CASE("a put of a type takes every member") {
  const auto type = put_type(
      R"({"name":"t","retry":{"max_attempts":4,"base_ms":5,"max_ms":6,"jitter":false},)"
      R"("max_crashes":1,"lease_ms":2,"timeout_ms":3,"max_running":4,"max_running_per_tenant":5,)"
      R"("rate":{"per_second":0.5,"burst":2},"batch":{"max_size":7,"linger_ms":8,"key":"/k"},)"
      R"("poll":{"min_ms":1,"max_ms":2,"factor":1.5,"max_polls":3,"deadline_ms":4},)"
      R"("dedup":"replace","dedup_ms":9,"age_ms":10,)"
      R"("executor":{"name":"process","command":["a","b"],"limits":{"pids":5}},"paused":true})");
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
  expected.executor = executor_choice{"process", R"({"command":["a","b"],"limits":{"pids":5}})"};
  expected.paused = true;
  CHECK(type.value() == expected);
}

TEST_CASE("every number of a type has its range, and a refusal names the member") {
  struct bound {
    std::string outer;
    std::string name;
    std::int64_t least;
    std::int64_t most;
  };
  const std::int64_t years = duration_max.count();
  const bound bounds[] = {
      {"retry", "max_attempts", 1, 1'000'000},
      {"retry", "max_ms", 1000, years},
      {"", "max_crashes", 0, count_max},
      {"", "lease_ms", 1, years},
      {"", "timeout_ms", 1, years},
      {"", "max_running", 0, count_max},
      {"", "max_running_per_tenant", 0, count_max},
      {"batch", "max_size", 1, 100'000},
      {"poll", "max_polls", 0, count_max},
      {"", "dedup_ms", 0, years},
      {"", "age_ms", 0, years},
  };
  for (const auto& bound : bounds) {
    const auto put_of = [&](std::int64_t value) {
      const auto member = "{\"" + bound.name + "\":" + std::to_string(value) + '}';
      return bound.outer.empty() ? member : "{\"" + bound.outer + "\":" + member + '}';
    };
    const auto path = (bound.outer.empty() ? "" : '/' + bound.outer) + '/' + bound.name;
    INFO(path);
    for (const auto good : {bound.least, bound.most})
      CHECK(put_type(put_of(good)).has_value());
    for (const auto bad : {bound.least - 1, bound.most + 1, INT64_MIN, INT64_MAX})
      CHECK(put_type(put_of(bad)).error().path == path);
  }
}

TEST_CASE("the least of a pair is not greater than its most, whichever of them was put") {
  CHECK(refused(R"({"retry":{"base_ms":600001}})") ==
        "/retry/base_ms makes base_ms greater than max_ms");
  CHECK(refused(R"({"retry":{"max_ms":999}})") ==
        "/retry/max_ms makes base_ms greater than max_ms");
  CHECK(refused(R"({"poll":{"min_ms":60001}})") == "/poll/min_ms makes min_ms greater than max_ms");
  CHECK(put_type(R"({"poll":{"min_ms":90000,"max_ms":90000}})").value().poll.min ==
        milliseconds{90'000});
}

TEST_CASE("a rate is positive, finite, and needs per_second at first") {
  CHECK(refused(R"({"rate":{}})") == "/rate/per_second is required");
  CHECK(refused(R"({"rate":{"burst":5}})") == "/rate/per_second is required");
  type_settings current;
  current.rate = rate_settings{2.0, 3.0};
  CHECK(put<type_settings>(R"({"rate":{"burst":5}})", current).value().rate ==
        rate_settings{2.0, 5.0});
  CHECK(refused(R"({"rate":{"per_second":null}})", current) == "/rate/per_second has no default");
  for (const char* bad : {"0", "-1", "1e-300", "1e300"})
    CHECK(refused(R"({"rate":{"per_second":)" + std::string{bad} + "}}") ==
          "/rate/per_second must be from 0.000001 to 1000000");
  CHECK(refused(R"({"rate":{"per_second":0.5,"burst":0.5}})") ==
        "/rate/burst must be from 1 to 1000000");
  CHECK(put_type(R"({"rate":{"per_second":0.5,"burst":null}})").value().rate ==
        rate_settings{0.5, 1.0});
}

TEST_CASE("a batch needs its size at first and a JSON pointer as key") {
  CHECK(refused(R"({"batch":{"linger_ms":20}})") == "/batch/max_size is required");
  CHECK(put_type(R"({"batch":{"linger_ms":20,"max_size":100,"key":"/a~1b/0"}})").value().batch ==
        batch_settings{100, milliseconds{20}, "/a~1b/0"});
  const auto key = [](const std::string& text) {
    return refused(R"({"batch":{"max_size":1,"key":")" + text + "\"}}");
  };
  for (const char* bad : {"a", "/~", "/~2"})
    CHECK(key(bad) == "/batch/key must be a JSON pointer");
  CHECK(key(std::string(1001, '/')) == "/batch/key must be at most 1000 bytes");
}

TEST_CASE("the factor of polls is at least 1 and finite") {
  for (const char* bad : {"0.99", "-2", "1e300"})
    CHECK(refused(R"({"poll":{"factor":)" + std::string{bad} + "}}") ==
          "/poll/factor must be from 1 to 1000000");
  CHECK(put_type(R"({"poll":{"factor":1.0}})").value().poll.factor == 1.0);
}

TEST_CASE("a put is refused with the path of the member that is wrong") {
  CHECK(refusal_of(read_method<put_setting_command>("type.put", "{}")) == "/name is required");
  CHECK(refusal_of(read_method<put_setting_command>("type.put", R"({"name":null})")) ==
        "/name must be a string");
  CHECK(refused(R"({"retries":3})") == "unknown member /retries");
  CHECK(refused(R"({"retry":3})") == "/retry must be an object");
  CHECK(refused(R"({"retry":{"attempts":3}})") == "unknown member /retry/attempts");
  CHECK(refused(R"({"retry":{"":1}})") == "unknown member /retry/");
  for (const char* bad : {R"("3")", "3.5"})
    CHECK(refused(R"({"retry":{"max_attempts":)" + std::string{bad} + "}}") ==
          "/retry/max_attempts must be an integer from 1 to 1000000");
  CHECK(refused(R"({"retry":{"jitter":0}})") == "/retry/jitter must be true or false");
  CHECK(refused(R"({"rate":{"per_second":"1"}})") == "/rate/per_second must be a number");
  CHECK(refused(R"({"dedup":"drop"})") == "/dedup must be one of return, replace");
  CHECK(refused(R"({"batch":{"max_size":1,"key":5}})") == "/batch/key must be a string");
  CHECK(refusal_of(put<pool_settings>(R"({"cost":"free"})")) ==
        "/cost must be one of declared, runtime");
  CHECK(refusal_of(put<tenant_settings>(R"({"weight":"2"})")) == "/weight must be a number");
}

TEST_CASE("what a type's executor is sent has a known shape") {
  const auto executor = [](const std::string& members) {
    return refused(R"({"executor":{)" + members + "}}");
  };
  CHECK(executor(R"("name":"docker","command":["x"],"env":{"A":"b","C":null},"cwd":"/tmp",)"
                 R"("limits":{"memory_bytes":1,"cpus":0.5,"pids":1,"open_files":1,)"
                 R"("output_bytes":1},"grace_ms":0,"image":"i","network":"none",)"
                 R"("mounts":["/a:/b"],"partition":"p","batch":"loop")")
            .empty());
  CHECK(executor("") == "/executor/name is required");
  CHECK(executor(R"("name":null)") == "/executor/name has no default");
  CHECK(executor(R"("name":"p","cmd":[])") == "unknown member /executor/cmd");
  CHECK(executor(R"("name":"p","command":[])") == "/executor/command must not be empty");
  CHECK(executor(R"("name":"p","command":"ls")") ==
        "/executor/command must be an array of strings");
  CHECK(executor(R"("name":"p","command":["ls",1])") == "/executor/command/1 must be a string");
  CHECK(executor(R"("name":"p","command":["a\u0000"])") ==
        "/executor/command/0 must not contain a NUL");
  CHECK(executor(R"("name":"p","env":{"A=":"b"})") ==
        "/executor/env/A= must be the name of a variable");
  CHECK(executor(R"("name":"p","batch":"all")") == "/executor/batch must be one of envelope, loop");
  CHECK(executor(R"("name":"p","limits":{"ram":1})") == "unknown member /executor/limits/ram");
  CHECK(executor(R"("name":"p","limits":{"pids":0})")
            .starts_with("/executor/limits/pids must be an integer from 1"));
  std::string mounts;
  for (int i = 0; i < 3; ++i)
    mounts += (i > 0 ? ",\"" : "\"") + std::string(30'000, 'x') + '"';
  CHECK(
      executor(R"("name":"p","mounts":[)" + mounts + "]").starts_with("/executor must be at most"));
}

TEST_CASE("the options of a type's executor are merged into the current ones") {
  type_settings current;
  current.executor = executor_choice{"process", R"({"command":["a"],"cwd":"/"})"};
  const auto changed =
      put<type_settings>(R"({"executor":{"cwd":null,"grace_ms":5}})", current).value();
  CHECK(changed.executor == executor_choice{"process", R"({"command":["a"],"grace_ms":5})"});
  CHECK(put<type_settings>(R"({"executor":{"name":"docker"}})", current).value().executor ==
        executor_choice{"docker", R"({"command":["a"],"cwd":"/"})"});
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
  const auto tenant = put<tenant_settings>(
      R"({"name":"acme","weight":2.5,"max_running":1,"max_queued":null,"paused":false})");
  CHECK(tenant.value() == tenant_settings{micro{2'500'000}, 1, std::nullopt, false});
  for (const char* bad : {"0", "0.000999", "1000000.1", "-1"})
    CHECK(put<tenant_settings>(R"({"weight":)" + std::string{bad} + '}').error().path == "/weight");
  CHECK(put<tenant_settings>(R"({"weight":null})", *tenant).value().weight == micro::of(1));

  CHECK(put<pool_settings>(R"({"name":"p","slots":8,"cost":"runtime","reserve_after_ms":5})")
            .value() == pool_settings{micro::of(8), cost_unit::runtime, milliseconds{5}});
  CHECK(put<pool_settings>(R"({"slots":0})").error().path == "/slots");
  CHECK_FALSE(put<pool_settings>(R"({"slots":null})", pool_settings{micro::of(3)}).value().slots);

  CHECK(put<key_settings>(R"({"max_running":2,"rate":{"per_second":3}})").value() ==
        key_settings{2, rate_settings{3.0, 1.0}});
  CHECK(put<key_settings>(R"({"max_running":-1})").error().path == "/max_running");

  CHECK(put<executor_settings>(R"({"name":"d","kind":"docker","slots":2,"socket":"/s"})").value() ==
        executor_settings{"docker", micro::of(2), R"({"socket":"/s"})"});
  CHECK(refusal_of(put<executor_settings>("{}")) == "/kind is required");
  CHECK(refusal_of(put<executor_settings>(R"({"kind":"kubernetes"})")) ==
        "/kind must be one of process, docker, slurm, simulated");
  CHECK(refusal_of(put<executor_settings>(R"({"kind":"docker","sokcet":"x"})")) ==
        "unknown member /sokcet");
}

TEST_CASE("a put names its setting") {
  CHECK(read_method<put_setting_command>("pool.put", "{}")->name == "default");
  CHECK(read_method<put_setting_command>("key.put", R"({"key":"host"})")->name == "host");
  CHECK(refusal_of(read_method<put_setting_command>("key.put", R"({"name":"a"})")) ==
        "/key is required");
  CHECK(refusal_of(read_method<put_setting_command>("executor.put", R"({"kind":"docker"})")) ==
        "/name is required");
  for (const auto* outside : {"../x", ".x", "a/b", "a b", ".."})
    CHECK(refusal_of(read_method<put_setting_command>(
              "executor.put", R"({"name":")" + std::string{outside} + "\"}")) ==
          "/name must be letters, digits, '-', '_' and '.', and must not begin with '.'");
}

TEST_CASE("settings are got, deleted and listed by name, limit and cursor") {
  CHECK(read_method<get_setting_command>("type.get", R"({"name":"scan"})")->name == "scan");
  CHECK(refusal_of(read_method<get_setting_command>("type.get", "{}")) == "/name is required");
  CHECK(read_method<delete_setting_command>("key.delete", R"({"key":"k"})")->name == "k");
  CHECK(refusal_of(read_method<delete_setting_command>("key.delete", R"({"name":"k"})")) ==
        "unknown member /name");
  const auto page =
      read_method<list_settings_command>("type.list", R"({"limit":2,"cursor":"scan"})");
  REQUIRE(page.has_value());
  CHECK(page->kind == setting_kind::type);
  CHECK(page->limit == 2);
  CHECK(page->cursor == "scan");
}
