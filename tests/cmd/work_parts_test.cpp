#include "cmd/rota/work/outbox.hpp"
#include "cmd/rota/work/outcome.hpp"
#include "cmd/rota/work/worker_job.hpp"
#include "executors/verdict.hpp"
#include "json/slice.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace rota;
using namespace rota::client;
using rota::executors::result_of_output;

namespace {

job_outcome outcome(const std::string& lease, outcome_kind kind, const std::string& json = {}) {
  job_outcome made;
  made.lease = lease;
  made.job = "job-" + lease;
  made.kind = kind;
  made.json = json;
  return made;
}

} // namespace

TEST_CASE("Output becomes a result: JSON as it is, else text, else nothing") {
  CHECK(result_of_output(" {\"a\": 0.10,\n\"b\":[]}\n", false) == "{\"a\": 0.10, \"b\":[]}");
  CHECK(result_of_output("", false).empty());
  CHECK(result_of_output(" \n\t", false).empty());
  CHECK(result_of_output("two words\n", false) == R"("two words\n")");
  CHECK(result_of_output("{\"a\":1,\"a\":2}", false) == R"("{\"a\":1,\"a\":2}")");
  CHECK(result_of_output("\xff!", false) == "\"\xEF\xBF\xBD!\"");
  CHECK(result_of_output("17", true) == "\"17\"");
  CHECK(result_of_output(std::string(100'000, 'x'), false) == '"' + std::string(65536, 'x') + '"');
  CHECK(result_of_output(std::string(100, '[') + std::string(100, ']'), false).front() == '"');
}

TEST_CASE("The outbox sends all outcomes of a kind in one request and settles each by its item") {
  outbox outcomes;
  outcomes.add(outcome("l1", outcome_kind::succeeded, "[1]"));
  outcomes.add(outcome("l2", outcome_kind::failed));
  outcomes.add(outcome("l3", outcome_kind::deferred, "{}"));
  const auto first = outcomes.next();
  REQUIRE(first);
  CHECK(first->method == "job.complete");
  CHECK(first->params ==
        R"({"results":[{"lease":"l1","job":"job-l1","outcome":"succeeded","result":[1]},)"
        R"({"lease":"l2","job":"job-l2","outcome":"failed","error":{"message":"","kind":""}}]})");
  CHECK_FALSE(outcomes.next());
  const auto settled = outcomes.handle_result(
      json_value{R"({"results":[{"lease":"l1","job":"job-l1","state":"succeeded"},)"
                 R"({"lease":"l2","error":{"kind":"lease_lost","message":"gone"}}]})"});
  REQUIRE(settled.size() == 2);
  CHECK(settled[0].state == "succeeded");
  CHECK(settled[1].state.empty());
  CHECK(settled[1].explanation == "the lease is lost");
  const auto second = outcomes.next();
  REQUIRE(second);
  CHECK(second->method == "job.defer");
  CHECK(second->params == R"({"leases":[{"lease":"l3","job":"job-l3","checkpoint":{}}]})");
  CHECK(outcomes.handle_result(json_value{R"({"deferred":[],"unknown":[]})"})[0].state ==
        "delayed");
  CHECK(outcomes.empty());
}

TEST_CASE("When the connection is lost, the outbox sends its outcomes again, in order") {
  outbox outcomes;
  outcomes.add(outcome("l1", outcome_kind::succeeded));
  outcomes.add(outcome("l2", outcome_kind::succeeded));
  const auto first = outcomes.next();
  outcomes.connection_lost();
  const auto second = outcomes.next();
  REQUIRE(second);
  CHECK(second->params == first->params);
  const auto settled = outcomes.handle_result(json_value{
      R"({"results":[{"error":{"kind":"lease_lost"}},{"error":{"kind":"unavailable"}}]})"});
  REQUIRE(settled.size() == 1);
  CHECK(settled[0].explanation.find("may have been accepted") != std::string::npos);
  CHECK_FALSE(outcomes.empty());
}

TEST_CASE("The outbox finds the refused outcome and drops first its JSON, then the outcome") {
  outbox outcomes;
  outcomes.add(outcome("l1", outcome_kind::succeeded, "1"));
  outcomes.add(outcome("l2", outcome_kind::succeeded, "2"));
  const rota::wire::call_error too_large{false, 0, "too_large", "too large", {}};
  (void)outcomes.next();
  CHECK(outcomes.handle_refusal(too_large).empty());
  CHECK(outcomes.next()->params.find("l2") == std::string::npos);
  CHECK(outcomes.handle_refusal(too_large).empty());
  CHECK(outcomes.next()->params ==
        R"({"results":[{"lease":"l1","job":"job-l1","outcome":"succeeded"}]})");
  auto settled = outcomes.handle_result(json_value{R"({"results":[{"state":"succeeded"}]})"});
  CHECK(settled.at(0).explanation == "the result was omitted: too large");
  CHECK(outcomes.next()->params.find("\"result\":2") != std::string::npos);
  CHECK(outcomes.handle_refusal(too_large).empty());
  (void)outcomes.next();
  settled = outcomes.handle_refusal(too_large);
  CHECK(settled.at(0).state.empty());
  CHECK(outcomes.empty());
}

TEST_CASE("The outbox sends its outcomes again when the storage is unavailable") {
  outbox outcomes;
  outcomes.add(outcome("l1", outcome_kind::succeeded, "1"));
  const rota::wire::call_error unavailable{false, 0, "unavailable", {}, {}};
  const auto first = outcomes.next();
  CHECK(outcomes.handle_refusal(unavailable).empty());
  CHECK(outcomes.next()->params == first->params);
}
