#include "bench/common/child_process.hpp"
#include "bench/common/measure.hpp"
#include "bench/common/messages.hpp"
#include "bench/common/report.hpp"
#include "json/check.hpp"
#include "json/slice.hpp"
#include "tests/model/pair_gaps.hpp"

#include <catch2/catch.hpp>

namespace rota::bench {

TEST_CASE("a median is the middle, a spread what lies around it") {
  CHECK(median({}) == 0);
  CHECK(median({3, 1, 2}) == 2);
  CHECK(median({4, 1, 2, 3}) == 2.5);
  CHECK(spread({90, 100, 120}) == Approx(0.3));
}

TEST_CASE("a percentile is a measured value that enough others don't exceed") {
  sample_set samples;
  CHECK(samples.percentile(0.5) == 0);
  for (int value = 100; value >= 1; --value)
    samples.add(value);
  CHECK(samples.percentile(0) == 1);
  CHECK(samples.percentile(0.5) == 50);
  CHECK(samples.percentile(0.99) == 99);
  CHECK(samples.percentile(0.999) == 100);
}

TEST_CASE("turn about between two waiting tenants stays within the bound") {
  model::pair_gaps gaps({1, 1});
  gaps.set_compared(0, true);
  gaps.set_compared(1, true);
  for (int turn = 0; turn < 10; ++turn) {
    gaps.dispatched(0, 1);
    gaps.dispatched(1, 1);
  }
  CHECK(gaps.worst().gap == 1);
  CHECK(gaps.worst().bound == 2);
  CHECK(gaps.worst().ratio == 0.5);
}

TEST_CASE("the gap counts by weight") {
  model::pair_gaps gaps({3, 1});
  gaps.set_compared(0, true);
  gaps.set_compared(1, true);
  for (int turn = 0; turn < 10; ++turn) {
    for (int job = 0; job < 3; ++job)
      gaps.dispatched(0, 1);
    gaps.dispatched(1, 1);
  }
  CHECK(gaps.worst().gap == Approx(1));
  CHECK(gaps.worst().bound == Approx(4.0 / 3));
}

TEST_CASE("a tenant that is passed over while it waits shows as a gap above the bound") {
  model::pair_gaps gaps({1, 1, 1});
  gaps.set_compared(0, true);
  gaps.set_compared(2, true);
  for (int job = 0; job < 5; ++job)
    gaps.dispatched(0, 1);
  CHECK(gaps.worst().gap == 5);
  CHECK(gaps.worst().ratio == 2.5);
}

TEST_CASE("a tenant that had nothing waiting was not passed over") {
  model::pair_gaps gaps({1, 1});
  gaps.set_compared(0, true);
  for (int job = 0; job < 5; ++job)
    gaps.dispatched(0, 1);
  gaps.set_compared(1, true);
  gaps.dispatched(0, 1);
  gaps.set_compared(1, false);
  gaps.set_compared(1, true);
  gaps.dispatched(0, 1);
  CHECK(gaps.worst().gap == 1);
}

TEST_CASE("the gap is the largest of any run, not from the first dispatch on") {
  model::pair_gaps gaps({1, 1});
  gaps.set_compared(0, true);
  gaps.set_compared(1, true);
  gaps.dispatched(0, 1);
  for (int job = 0; job < 4; ++job)
    gaps.dispatched(1, 1);
  CHECK(gaps.worst().gap == 4);
}

TEST_CASE("leases are found in an answer and completed") {
  const std::string answer =
      R"({"jsonrpc":"2.0","id":2,"result":{"leases":[{"lease":"L-1","type":"t","tenant":"a",)"
      R"("deadline":"x","jobs":[{"id":"1","payload":null,"priority":0,"attempt":1},)"
      R"({"id":"2","payload":null,"priority":0,"attempt":1}]},{"lease":"L-2","jobs":[)"
      R"({"id":"3","payload":null,"priority":0,"attempt":2}]}]}})";
  CHECK(popped_jobs(answer) == 3);
  std::vector<std::string_view> leases;
  find_leases(answer, leases);
  CHECK(leases == std::vector<std::string_view>{"L-1", "L-2"});
  std::string completion;
  write_completion(completion, leases);
  CHECK(completion.back() == '\n');
  CHECK_FALSE(check_json(completion));
  CHECK_NOTHROW(require_result(answer));
  CHECK_THROWS(require_result(R"({"jsonrpc":"2.0","id":2,"error":{"code":-32000}})"));
}

TEST_CASE("a push request is JSON whose tenants change in place") {
  push_request push("sort", 3);
  const auto check = [](std::string_view text, const std::vector<std::string>& tenants) {
    REQUIRE(text.back() == '\n');
    REQUIRE_FALSE(check_json(text));
    std::vector<std::string> found;
    for (const auto& job : at_pointer(json_value(text), "/params/jobs")->as_array()) {
      found.push_back(job.as_object().find("tenant")->as_string());
      CHECK(job.as_object().find("payload")->raw().size() == payload_bytes);
    }
    CHECK(found == tenants);
  };
  check(push.for_tenant(7), {"t000007", "t000007", "t000007"});
  check(push.for_tenants_from(99998, 100000), {"t099998", "t099999", "t000000"});
  CHECK_FALSE(check_json(pop_request("sort", 10, 1)));
}

TEST_CASE("a table's numbers are aligned right under their head") {
  text_table table({"name", "jobs"});
  table.add({"a", "7"});
  table.add({"long", "12,345"});
  CHECK(table.text() == "name    jobs\na          7\nlong  12,345\n");
  CHECK(with_commas(1234567) == "1,234,567");
  CHECK(with_commas(999) == "999");
  CHECK(with_commas(-1000) == "-1,000");
  CHECK(decimal(1.005, 1) == "1.0");
}

TEST_CASE("a server's port is read from the line that announces it") {
  CHECK(port_in_line("rotad: listening on 127.0.0.1:7070") == 7070);
  CHECK(port_in_line("recovering: 7070") == 0);
  CHECK(port_in_line("listening on nothing") == 0);
}

} // namespace rota::bench
