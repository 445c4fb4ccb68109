#include "cmd/rota/work/job_command.hpp"
#include "cmd/rota/work/outbox.hpp"
#include "cmd/rota/work/outcome.hpp"
#include "executors/outcome.hpp"
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

TEST_CASE("The outbox sends what gathered in one request and settles it item by item") {
  outbox box;
  box.add(outcome("l1", outcome_kind::succeeded, "[1]"));
  box.add(outcome("l2", outcome_kind::failed));
  box.add(outcome("l3", outcome_kind::deferred, "{}"));
  const auto first = box.next();
  REQUIRE(first);
  CHECK(first->method == "job.complete");
  CHECK(first->params ==
        R"({"results":[{"lease":"l1","job":"job-l1","outcome":"succeeded","result":[1]},)"
        R"({"lease":"l2","job":"job-l2","outcome":"failed","error":{"message":"","kind":""}}]})");
  CHECK_FALSE(box.next());
  const auto settled = box.answered(
      json_value{R"({"results":[{"lease":"l1","job":"job-l1","state":"succeeded"},)"
                 R"({"lease":"l2","error":{"kind":"lease_lost","message":"gone"}}]})"});
  REQUIRE(settled.size() == 2);
  CHECK(settled[0].state == "succeeded");
  CHECK(settled[1].state.empty());
  CHECK(settled[1].note == "the lease is lost");
  const auto second = box.next();
  REQUIRE(second);
  CHECK(second->method == "job.defer");
  CHECK(second->params == R"({"leases":[{"lease":"l3","job":"job-l3","checkpoint":{}}]})");
  CHECK(box.answered(json_value{R"({"deferred":[],"unknown":[]})"})[0].state == "delayed");
  CHECK(box.empty());
}

TEST_CASE("The outbox keeps what was under way when the connection was lost, in order") {
  outbox box;
  box.add(outcome("l1", outcome_kind::succeeded));
  box.add(outcome("l2", outcome_kind::succeeded));
  const auto first = box.next();
  box.connection_lost();
  const auto again = box.next();
  REQUIRE(again);
  CHECK(again->params == first->params);
  const auto settled = box.answered(json_value{
      R"({"results":[{"error":{"kind":"lease_lost"}},{"error":{"kind":"unavailable"}}]})"});
  REQUIRE(settled.size() == 1);
  CHECK(settled[0].note.find("may have been accepted") != std::string::npos);
  CHECK_FALSE(box.empty());
}

TEST_CASE("The outbox finds the outcome that the daemon refuses and drops no more than it must") {
  outbox box;
  box.add(outcome("l1", outcome_kind::succeeded, "1"));
  box.add(outcome("l2", outcome_kind::succeeded, "2"));
  rota::wire::call_error too_large;
  too_large.kind = "too_large";
  too_large.message = "too large";
  (void)box.next();
  CHECK(box.refused(too_large).empty());
  CHECK(box.next()->params.find("l2") == std::string::npos);
  CHECK(box.refused(too_large).empty());
  CHECK(box.next()->params ==
        R"({"results":[{"lease":"l1","job":"job-l1","outcome":"succeeded"}]})");
  auto settled = box.answered(json_value{R"({"results":[{"state":"succeeded"}]})"});
  CHECK(settled.at(0).note == "the result was omitted: too large");
  CHECK(box.next()->params.find("\"result\":2") != std::string::npos);
  CHECK(box.refused(too_large).empty());
  (void)box.next();
  settled = box.refused(too_large);
  CHECK(settled.at(0).state.empty());
  CHECK(box.empty());
}

TEST_CASE("The outbox waits when the storage is away") {
  outbox box;
  box.add(outcome("l1", outcome_kind::succeeded, "1"));
  rota::wire::call_error away;
  away.kind = "unavailable";
  const auto first = box.next();
  CHECK(box.refused(away).empty());
  CHECK(box.next()->params == first->params);
}
