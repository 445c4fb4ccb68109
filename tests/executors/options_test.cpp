// Converting a type's options and a job's payload to a command.
#include "executors/options.hpp"

#include <catch2/catch.hpp>

using namespace rota::executors;

namespace {

std::string filled(const std::vector<std::string>& words, std::string_view payload) {
  const auto made = filled_words(words, payload);
  if (!made)
    return "error: " + made.error();
  std::string all;
  for (const auto& word : *made)
    all += "<" + word + ">";
  return all;
}

} // namespace

TEST_CASE("Placeholders in a command are replaced by the payload or its parts") {
  const std::string payload = R"({"host":"a b","port":443,"tags":["x",{"y":null}],"q":"\"é"})";
  CHECK(filled({"check", "{/host}", "--port={/port}"}, payload) == "<check><a b><--port=443>");
  CHECK(filled({"c", "{/host}:{/port}{/tags/0}"}, payload) == "<c><a b:443x>");
  CHECK(filled({"c", "{}"}, payload) == "<c><" + payload + ">");
  CHECK(filled({"c", "{/tags/1}", "{/q}"}, payload) == "<c><{\"y\":null}><\"é>");
  CHECK(filled({"awk", "{print $1}", "{", "}", "${x}", "{{/port}}"}, payload) ==
        "<awk><{print $1}><{><}><${x}><{443}>");
  CHECK(filled({"c", "{}"}, R"("text")") == "<c><\"text\">");
  CHECK(filled({"c", "{/n}"}, R"({"n":0.10})") == "<c><0.10>");
}

TEST_CASE("A placeholder for a missing member is the job's error") {
  CHECK(filled({"c", "{/none}"}, R"({"a":1})") == "error: the payload has no member /none");
  CHECK(filled({"c", "{/a}"}, R"({"a":"\u0000"})") ==
        "error: the payload contains a NUL character, which is not allowed in an argument");
  CHECK(filled({"{/a}"}, R"({"a":""})") == "error: the name of the command is empty");
}

TEST_CASE("A word with a star is replaced by the strings of an array, unchanged") {
  const std::string payload = R"({"command":["echo","{}","{/n}"],"n":1})";
  CHECK(filled({"nice", "{/command*}"}, payload) == "<nice><echo><{}><{/n}>");
  CHECK(filled({"{/command*}", "{/n}"}, payload) == "<echo><{}><{/n}><1>");
  CHECK(filled({"c", "{/none*}", "end"}, R"({"none":[]})") == "<c><end>");
  CHECK(filled({"c", "x{/n*}"}, R"({"n*":2})") == "<c><x2>");
  CHECK(filled({"{/command*}"}, R"({"command":[]})") == "error: the name of the command is empty");
  CHECK(filled({"{/command*}"}, R"({"command":["a\u0000"]})") ==
        "error: the payload contains a NUL character, which is not allowed in an argument");
  for (const auto* wrong : {"{}", "null", R"({"command":"echo"})", R"({"command":["a",1]})"})
    CHECK(filled({"{/command*}"}, wrong) ==
          "error: the payload has no array of strings at /command");
}

TEST_CASE("An envelope has every job with its payload unchanged, even a single one") {
  start_order order;
  order.takes_batches = true;
  order.jobs = {{"j1-a", R"({"n":1.0})", 1, {}}, {"j1-b", "null", 3, R"({"page":2})"}};
  attempt_options options;
  const auto both = runs_of(order, options);
  REQUIRE(both.size() == 1);
  CHECK(both[0].job == nullptr);
  CHECK(both[0].input == R"({"jobs":[{"id":"j1-a","payload":{"n":1.0},"attempt":1},)"
                         R"({"id":"j1-b","payload":null,"attempt":3,"checkpoint":{"page":2}}]})");
  order.jobs.pop_back();
  const auto one = runs_of(order, options);
  REQUIRE(one.size() == 1);
  CHECK(one[0].job == nullptr);
  CHECK(one[0].input == R"({"jobs":[{"id":"j1-a","payload":{"n":1.0},"attempt":1}]})");
}

TEST_CASE("A trace is in the environment of its job's own run, or in the envelope with its job") {
  const std::string parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  start_order order;
  order.name = "a1";
  order.jobs = {{"j1-a", "1", 1, {}, rota::engine::trace_context{parent, "a=1"}},
                {"j1-b", "2", 1, {}, rota::engine::trace_context{parent, ""}},
                {"j1-c", "3", 1, {}}};
  const auto traces = [&](const attempt_job* job) {
    std::string found;
    for (const auto& [name, value] : job_environment(order, job))
      if (name.starts_with("TRACE"))
        found += name + "=" + value + " ";
    return found;
  };
  CHECK(traces(&order.jobs[0]) == "TRACEPARENT=" + parent + " TRACESTATE=a=1 ");
  CHECK(traces(&order.jobs[1]) == "TRACEPARENT=" + parent + " ");
  CHECK(traces(&order.jobs[2]).empty());
  CHECK(traces(nullptr).empty());
  order.takes_batches = true;
  CHECK(runs_of(order, {}).front().input ==
        R"({"jobs":[{"id":"j1-a","payload":1,"attempt":1,"traceparent":")" + parent +
            R"(","tracestate":"a=1"},{"id":"j1-b","payload":2,"attempt":1,"traceparent":")" +
            parent + R"("},{"id":"j1-c","payload":3,"attempt":1}]})");
}

TEST_CASE("A loop has a run for each job, as does a type without batches") {
  start_order order;
  order.jobs = {{"j1-a", "1", 1, {}}, {"j1-b", "2", 1, {}}};
  order.takes_batches = true;
  attempt_options options;
  options.batch = batch_form::loop;
  const auto loop = runs_of(order, options);
  REQUIRE(loop.size() == 2);
  CHECK(loop[1].job == &order.jobs[1]);
  CHECK(loop[1].input == "2");
  order.takes_batches = false;
  order.jobs.pop_back();
  const auto single = runs_of(order, {});
  REQUIRE(single.size() == 1);
  CHECK(single[0].job == &order.jobs[0]);
  CHECK(single[0].input == "1");
}
