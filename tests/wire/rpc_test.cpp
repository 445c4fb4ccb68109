#include "wire/rpc.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace rota;
using namespace rota::wire;

namespace {

// Returns the answers to a line that precede the dispatch to methods, one per row; requests are
// shown as "method id params".
std::string shown(std::string_view line) {
  json_checker checker;
  const rpc_line read = read_rpc(line, checker);
  std::string out = read.is_batch ? "batch\n" : "";
  for (const rpc_element& element : read.elements) {
    if (const auto* request = std::get_if<rpc_request>(&element)) {
      out += request->method + ' ' + std::string(request->id_raw) + ' ' +
             std::string(request->params.raw()) + '\n';
    } else {
      const auto& refusal = std::get<rpc_refusal>(element);
      write_failure(out, refusal.id_raw, refusal.failure);
      out += '\n';
    }
  }
  return out;
}

rpc_refusal refusal_of(std::string_view line) {
  json_checker checker;
  const rpc_line read = read_rpc(line, checker);
  REQUIRE(read.elements.size() == 1);
  REQUIRE(std::holds_alternative<rpc_refusal>(read.elements.front()));
  const auto& found = std::get<rpc_refusal>(read.elements.front());
  return {found.id_raw == "null" ? "null" : "given", found.failure};
}

void check_refused(std::string_view line, error_kind kind, std::string_view id) {
  INFO(line);
  const rpc_refusal refusal = refusal_of(line);
  CHECK(refusal.failure.kind == kind);
  CHECK(refusal.id_raw == id);
}

} // namespace

TEST_CASE("A request is taken out of its envelope") {
  CHECK(shown(R"({"jsonrpc":"2.0","id":7,"method":"job.get","params":{"id": "x"}})") ==
        "job.get 7 {\"id\": \"x\"}\n");
  CHECK(
      shown(" {\"params\":{ } ,\"method\":\"a\\u002eb\",\"id\":\"q\\n\",\"jsonrpc\":\"2.0\"}\r") ==
      "a.b \"q\\n\" { }\n");
  CHECK(shown(R"({"jsonrpc":"2.0","id":1.50,"method":"m"})") == "m 1.50 {}\n");
  CHECK(shown(R"({"jsonrpc":"2.0","id":null,"method":"m"})") == "m null {}\n");
}

TEST_CASE("A request without an id is a notification") {
  CHECK(shown(R"({"jsonrpc":"2.0","method":"m","params":{}})") == "m  {}\n");
}

TEST_CASE("An array of requests keeps the order and each bad element is answered by itself") {
  CHECK(shown(R"([{"jsonrpc":"2.0","id":1,"method":"a"}, 5,
                  {"jsonrpc":"2.0","method":"b"},{"jsonrpc":"2.0","id":2,"method":3}])") ==
        "batch\na 1 {}\n"
        R"({"jsonrpc":"2.0","id":null,"error":{"code":-32600,)"
        R"("message":"not a JSON-RPC 2.0 request: it must be an object",)"
        R"("data":{"kind":"invalid_request"}}})"
        "\nb  {}\n"
        R"({"jsonrpc":"2.0","id":2,"error":{"code":-32600,)"
        R"("message":"not a JSON-RPC 2.0 request: method must be a string",)"
        R"("data":{"kind":"invalid_request"}}})"
        "\n");
}

TEST_CASE("An empty array is one invalid request") {
  check_refused("[]", error_kind::invalid_request, "null");
  check_refused(" [ ] ", error_kind::invalid_request, "null");
}

TEST_CASE("A line that isn't JSON is answered with a parse error and id null") {
  for (const auto line :
       {"", "{", "GET / HTTP/1.1", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\"", "{\"a\":NaN}",
        "\"\xff\"", "{}{}"})
    check_refused(line, error_kind::parse, "null");
  const rpc_refusal refusal = refusal_of("{\"a\":}");
  CHECK(code_of(refusal.failure.kind) == -32700);
  CHECK(refusal.failure.data == R"({"kind":"parse","reason":"is not valid JSON","offset":5})");
}

TEST_CASE("An envelope that isn't JSON-RPC 2.0 is refused, with the id if it can be read") {
  for (const auto line : {"1", "\"a\"", "null", "{}", R"({"jsonrpc":"2.0","method":1})",
                          R"({"jsonrpc":"2.0","id":{},"method":"a"})",
                          R"({"jsonrpc":"2.0","id":true,"method":"a"})", "[1]"})
    check_refused(line, error_kind::invalid_request, "null");
  for (const auto line : {R"({"id":1,"method":"a"})", R"({"jsonrpc":"1.0","id":1,"method":"a"})",
                          R"({"jsonrpc":2.0,"id":1,"method":"a"})", R"({"jsonrpc":"2.0","id":"x"})",
                          R"({"jsonrpc":"2.0","id":1,"method":null})",
                          R"({"jsonrpc":"2.0","id":1,"method":"a","params":"b"})",
                          R"({"jsonrpc":"2.0","id":1,"method":"a","params":null})",
                          R"({"jsonrpc":"2.0","id":1,"method":"a","parms":{}})"})
    check_refused(line, error_kind::invalid_request, "given");
}

TEST_CASE("Parameters by position are invalid parameters") {
  check_refused(R"({"jsonrpc":"2.0","id":1,"method":"a","params":[1]})", error_kind::invalid,
                "given");
}

TEST_CASE("A duplicate in params names its place, elsewhere it spoils the request") {
  const rpc_refusal refusal = refusal_of(
      R"({"jsonrpc":"2.0","id":1,"method":"a","params":{"jobs":[{"type":"t","\u0074ype":"u"}]}})");
  CHECK(refusal.failure.kind == error_kind::invalid);
  CHECK(refusal.id_raw == "given");
  CHECK(refusal.failure.data ==
        R"({"kind":"invalid","path":"/jobs/0/type","reason":"duplicate member"})");
  check_refused(R"({"jsonrpc":"2.0","id":1,"method":"a","method":"b"})",
                error_kind::invalid_request, "given");
  check_refused(R"({"jsonrpc":"2.0","id":1,"id":2,"method":"a"})", error_kind::invalid_request,
                "given");
}

TEST_CASE("A duplicate in one element of a batch leaves the others alone") {
  json_checker checker;
  const std::string line = R"([{"jsonrpc":"2.0","id":1,"method":"a","params":{"x":1,"x":1}},)"
                           R"({"jsonrpc":"2.0","id":2,"method":"b","params":{"x":1}}])";
  const rpc_line read = read_rpc(line, checker);
  REQUIRE(read.elements.size() == 2);
  CHECK(std::get<rpc_refusal>(read.elements[0]).failure.kind == error_kind::invalid);
  CHECK(std::get<rpc_request>(read.elements[1]).method == "b");
}

TEST_CASE("Answers are written as the protocol has them") {
  std::string out;
  write_result(out, "\"a\"", R"({"x": 0.10})");
  CHECK(out == R"({"jsonrpc":"2.0","id":"a","result":{"x": 0.10}})");
  out.clear();
  write_notification(out, "event", R"({"id":"j"})");
  CHECK(out == R"({"jsonrpc":"2.0","method":"event","params":{"id":"j"}})");
  out.clear();
  write_failure(out, "3", queue_full("acme", 250, "no room for these jobs"));
  CHECK(out == R"({"jsonrpc":"2.0","id":3,"error":{"code":-32001,"message":)"
               R"("no room for these jobs",)"
               R"("data":{"kind":"queue_full","tenant":"acme","retry_after_ms":250}}})");
}

TEST_CASE("Every failure carries its kind and what belongs to it") {
  CHECK(invalid_params({"/jobs/0/type", "is missing"}).data ==
        R"({"kind":"invalid","path":"/jobs/0/type","reason":"is missing"})");
  CHECK(invalid_params({"/jobs/0/type", "is missing"}).message == "/jobs/0/type is missing");
  CHECK(invalid_params({"/jobs/0/prio", "unknown member"}).message ==
        "unknown member /jobs/0/prio");
  CHECK(wrong_state("running", "it runs").data == R"({"kind":"wrong_state","state":"running"})");
  CHECK(failure(error_kind::unavailable, "no").data == R"({"kind":"unavailable"})");
  CHECK(code_of(error_kind::unknown_method) == -32601);
  CHECK(code_of(error_kind::not_found) == -32000);
  CHECK(code_of(error_kind::unavailable) == -32007);
}
