// A broken rule ends the process immediately; nothing after it happens.
#include "engine/arbiter/rate_bucket.hpp"
#include "engine/ensure.hpp"
#include "engine/queue/order_tree.hpp"
#include "tests/engine/arbiter/arbiter_fixture.hpp"
#include "tests/engine/queue/queue_driver.hpp"
#include "tests/support/broken_rule.hpp"

#include <catch2/catch.hpp>

#include <vector>

using namespace rota::engine;
using namespace rota::engine::test;
using rota::tests::check_breaks;
using rota::tests::end_after;

namespace {

struct node_order {
  template <class Node>
  static auto& links(Node& node) {
    return node;
  }
  static bool before(const tree_links&, const tree_links&) { return false; }
};

} // namespace

TEST_CASE("A step that breaks no rule continues", "[ensure]") {
  const auto end = end_after([] { ensure(true, "all is well"); });
  CHECK(end.error_output.empty());
  CHECK(end.committed);
}

TEST_CASE("A broken rule names its place from the root of the sources", "[ensure]") {
  const auto end = end_after([] { ensure(false, "all is well"); });
  CHECK_THAT(end.error_output, Catch::StartsWith("rotad: broken rule: all is well "
                                                 "(tests/engine/broken_rule_test.cpp:"));
}

TEST_CASE("A broken rule ends the process with its name before anything that follows", "[ensure]") {
  SECTION("of a rate") {
    rate_bucket bucket;
    bucket.configure(rate_settings{1.0, 1.0}, from_us(0));
    bucket.take(from_us(0));
    check_breaks("a rate bucket gives no more tokens than it has",
                 [&] { bucket.take(from_us(1)); });
  }
  SECTION("of a tree") {
    std::vector<tree_links> nodes(1);
    order_tree<node_order> tree;
    check_breaks("an erased member is in the tree", [&] { tree.erase(nodes, 0); });
  }
  SECTION("of a grant") {
    arbiter_fixture s;
    s.answers = false;
    s.push("t", "u", 1);
    const auto turn = s.pop(1).at(0);
    check_breaks("a queue takes no more jobs than it was granted",
                 [&] { s.a.took(turn.attempt, 2, micro::of(2), s.now); });
  }
  SECTION("of a report") {
    arbiter_fixture s;
    const auto number = s.number_of("t", "u");
    check_breaks("a queue reports no more grants than it was given", [&] {
      s.a.report(number, {1, {}}, s.now);
    });
  }
  SECTION("of an attempt") {
    queue_driver d;
    check_breaks("an attempt whose timeout is read is in flight",
                 [&] { (void)d.core.timeout_of({7}); });
  }
}
