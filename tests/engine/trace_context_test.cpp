// Which texts are valid trace contexts, and that a job keeps its own for its whole life.
#include "engine/queue/job_store.hpp"
#include "engine/trace_context.hpp"
#include "tests/engine/queue/queue_driver.hpp"

#include <catch2/catch.hpp>

using namespace rota::engine;
using namespace rota::engine::test;

namespace {

const std::string parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const std::string id = "4bf92f3577b34da6a3ce929d0e0e4736";

job_spec traced(std::string key = "") {
  auto spec = with_key(std::move(key));
  spec.options.trace = trace_context{parent, "vendor=1"};
  return spec;
}

} // namespace

TEST_CASE("a traceparent is of version 00, in lower case, and no id is all zeros", "[trace]") {
  CHECK(is_traceparent(parent));
  CHECK(is_traceparent("00-00000000000000000000000000000001-0000000000000001-00"));
  for (const char* wrong : {"", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
                            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-012",
                            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
                            "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                            "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
                            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0G",
                            "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
                            "00-4bf92f3577b34da6a3ce929d0e0e4736000f067aa0ba902b7-01"}) {
    INFO(wrong);
    CHECK_FALSE(is_traceparent(wrong));
  }
}

TEST_CASE("a tracestate is printable and has a bound", "[trace]") {
  CHECK(is_tracestate("a=1,b@c=~ !"));
  CHECK(is_tracestate(std::string(tracestate_bytes_max, 'x')));
  CHECK_FALSE(is_tracestate(std::string(tracestate_bytes_max + 1, 'x')));
  CHECK_FALSE(is_tracestate(""));
  CHECK_FALSE(is_tracestate("a=\n"));
  CHECK_FALSE(is_tracestate("a=\x7F"));
  CHECK_FALSE(is_tracestate("a=\xC3\xA4"));
}

TEST_CASE("a trace's id is what all its spans share", "[trace]") {
  CHECK(trace_id({parent, ""}) == id);
}

TEST_CASE("a job's trace is handed out with each lease and kept to its end", "[trace][queue]") {
  queue_driver d;
  const auto with = d.push(traced());
  const auto without = d.push();
  for (int tries = 0; tries < 2; ++tries) {
    const auto taken = d.take();
    REQUIRE(taken.jobs.front() == with);
    const auto leased = d.core.leased_jobs(taken.attempt);
    REQUIRE(leased.at(0).trace);
    CHECK(*leased[0].trace == trace_context{parent, "vendor=1"});
    d.apply(*d.core.decide_release(taken.attempt, with, d.now));
  }
  d.complete(d.take());
  CHECK(d.get(with).spec.options.trace == trace_context{parent, "vendor=1"});
  const auto taken = d.take();
  REQUIRE(taken.jobs.front() == without);
  CHECK_FALSE(d.core.leased_jobs(taken.attempt).at(0).trace);
  CHECK_FALSE(d.get(without).spec.options.trace);

  queue restored({{1}, "type", "tenant"}, plain_settings());
  restored.restore(d.get(with));
  CHECK(restored.find(with)->spec.options.trace == trace_context{parent, "vendor=1"});
}

TEST_CASE("changes of state contain the trace's id if there is one", "[trace][queue]") {
  queue_driver d;
  d.core.watch(true);
  d.push(traced());
  d.push();
  const auto told = d.core.take_changes().transitions;
  REQUIRE(told.size() == 2);
  CHECK(told[0].trace_id == id);
  CHECK(told[1].trace_id.empty());
}

TEST_CASE("a duplicate leaves the first push's trace, a replacement brings its own",
          "[trace][queue]") {
  queue_driver first;
  const auto kept = first.push(with_key("k"));
  first.offer(traced("k"));
  CHECK_FALSE(first.get(kept).spec.options.trace);

  auto settings = plain_settings();
  settings.dedup = dedup_policy::replace;
  queue_driver second{settings};
  const auto replaced = second.push(with_key("k"));
  second.offer(traced("k"));
  CHECK(second.get(replaced).spec.options.trace == trace_context{parent, "vendor=1"});
}
