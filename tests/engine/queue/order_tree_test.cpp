#include "engine/queue/chunked_array.hpp"
#include "engine/queue/order_tree.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <set>
#include <vector>

namespace {

using namespace rota::engine;

struct node {
  int key = 0;
  counted_links counted;
  tree_links plain;
};

bool precedes(const node& a, const node& b) { return a.key < b.key; }

using counted_order = cell_order<&node::counted, precedes>;
using plain_order = cell_order<&node::plain, precedes>;

template <class Tree>
std::vector<slot> all(const Tree& tree, const std::vector<node>& nodes) {
  std::vector<slot> found;
  tree.visit(nodes, [&](slot s) {
    found.push_back(s);
    return true;
  });
  return found;
}

} // namespace

TEST_CASE("an empty order tree has no first member", "[order_tree]") {
  std::vector<node> nodes(1);
  order_tree<counted_order> tree;
  CHECK(tree.first(nodes) == no_slot);
  CHECK(tree.size(nodes) == 0);
  CHECK_FALSE(tree.contains(nodes, 0));
}

TEST_CASE("an order tree agrees with a sorted list through inserts and erasures", "[order_tree]") {
  rc::prop("first, next, rank, size and visits", [](const std::vector<std::uint8_t>& toggles) {
    std::vector<node> nodes(256);
    for (int i = 0; i < 256; ++i)
      nodes[static_cast<std::size_t>(i)].key = (i * 37) % 256;
    order_tree<counted_order> counted;
    order_tree<plain_order> plain;
    std::set<std::pair<int, slot>> model;
    for (slot s : toggles) {
      std::pair<int, slot> entry{nodes[s].key, s};
      if (model.erase(entry) != 0) {
        counted.erase(nodes, s);
        plain.erase(nodes, s);
      } else {
        model.insert(entry);
        counted.insert(nodes, s);
        plain.insert(nodes, s);
      }
      RC_ASSERT(counted.size(nodes) == model.size());
      RC_ASSERT(counted.first(nodes) == (model.empty() ? no_slot : model.begin()->second));
    }
    std::vector<slot> sorted;
    for (const auto& [key, s] : model)
      sorted.push_back(s);
    RC_ASSERT(all(counted, nodes) == sorted);
    RC_ASSERT(all(plain, nodes) == sorted);
    for (slot s = 0; s < nodes.size(); ++s) {
      auto at = model.lower_bound({nodes[s].key, 0});
      RC_ASSERT(counted.rank(nodes, s) ==
                static_cast<std::size_t>(std::distance(model.begin(), at)));
      auto after = model.upper_bound({nodes[s].key, no_slot});
      RC_ASSERT(plain.next(nodes, s) == (after == model.end() ? no_slot : after->second));
    }
  });
}

TEST_CASE("a visit starts at its bound and stops when its function returns false", "[order_tree]") {
  std::vector<node> nodes(100);
  order_tree<plain_order> tree;
  for (slot s = 0; s < 100; ++s) {
    nodes[s].key = static_cast<int>(s);
    tree.insert(nodes, s);
  }
  std::vector<slot> seen;
  tree.visit_from(
      nodes, [](const node& n) { return n.key > 41; },
      [&](slot s) {
        seen.push_back(s);
        return seen.size() < 3;
      });
  CHECK(seen == std::vector<slot>{42, 43, 44});
}

TEST_CASE("an order tree of ascending keys stays shallow", "[order_tree]") {
  constexpr slot count = 1U << 16;
  std::vector<node> nodes(count);
  order_tree<counted_order> tree;
  for (slot s = 0; s < count; ++s) {
    nodes[s].key = static_cast<int>(s);
    tree.insert(nodes, s);
  }
  std::size_t deepest = 0;
  std::vector<std::pair<slot, std::size_t>> open;
  // The root is the member whose count includes all.
  for (slot s = 0; s < count; ++s) {
    if (nodes[s].counted.count == count)
      open.emplace_back(s, 1);
  }
  REQUIRE(open.size() == 1);
  while (!open.empty()) {
    auto [at, depth] = open.back();
    open.pop_back();
    deepest = std::max(deepest, depth);
    for (auto child : {nodes[at].counted.left, nodes[at].counted.right}) {
      if (child != no_slot)
        open.emplace_back(child, depth + 1);
    }
  }
  CHECK(deepest <= 64);
}

TEST_CASE("a chunked array keeps its elements while it grows and shrinks again", "[order_tree]") {
  chunked_array<std::size_t, 2, 8> array;
  for (int round = 0; round < 3; ++round) {
    for (std::size_t i = 0; i < 100; ++i) {
      REQUIRE(array.grow() == i);
      array[i] = i * i;
    }
    for (std::size_t i = 0; i < 100; ++i)
      REQUIRE(array[i] == i * i);
    array.reset();
    CHECK(array.size() == 0);
  }
}
