// An ordered set that costs two or three 32-bit numbers per member: a treap whose nodes are in an
// array owned by the caller. Reports ranks if the members' links count.
#pragma once
#include "engine/ensure.hpp"

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace rota::engine {

/// The index of a member in its array.
using slot = std::uint32_t;
inline constexpr slot no_slot = UINT32_MAX;

/// A member's links in one tree.
struct tree_links {
  slot left = no_slot;
  slot right = no_slot;
};
/// Links for a tree that reports ranks.
struct counted_links : tree_links {
  std::uint32_t count = 1;
};

/// The policy of a tree whose cells have their links in the member `Links` and are ordered by the
/// function `Before`.
template <auto Links, auto Before>
struct cell_order {
  static auto& links(auto& cell) { return cell.*Links; }
  static bool before(const auto& a, const auto& b) { return Before(a, b); }
};

/// `Policy` has `static links(cell&)`, for const cells too, and `static before(const cell&, const
/// cell&)`, a strict total order that must not change while the cells are members. Every call gets
/// the members' array (`cells[slot]`). The shape derives from a hash of the slots, so the expected
/// cost is O(log n) for any sequence of calls.
template <class Policy>
class order_tree {
public:
  /// The number of members; requires counted_links. O(1).
  std::size_t size(const auto& cells) const { return count_of(cells, root_); }

  /// `member` must not be in the tree.
  void insert(auto& cells, slot member) {
    auto& me = cells[member];
    auto my_height = height(member);
    slot* link = &root_;
    while (*link != no_slot && height(*link) > my_height) {
      auto& at = cells[*link];
      add_to_count(at, 1);
      link = Policy::before(me, at) ? &Policy::links(at).left : &Policy::links(at).right;
    }
    auto& mine = Policy::links(me);
    split(cells, *link, me, mine.left, mine.right);
    recount(cells, member);
    *link = member;
  }

  /// `member` must be in the tree.
  void erase(auto& cells, slot member) {
    auto& me = cells[member];
    slot* link = &root_;
    while (*link != member) {
      ensure(*link != no_slot, "an erased member is in the tree");
      auto& at = cells[*link];
      add_to_count(at, -1);
      link = Policy::before(me, at) ? &Policy::links(at).left : &Policy::links(at).right;
    }
    auto& mine = Policy::links(me);
    merge(cells, mine.left, mine.right, *link);
    mine = {};
  }

  /// The least member; no_slot if the tree is empty.
  slot first(const auto& cells) const {
    auto found = root_;
    for (auto at = root_; at != no_slot; at = Policy::links(cells[at]).left)
      found = at;
    return found;
  }

  /// The least member after `member`, which need not be in the tree; no_slot if there is none.
  slot next(const auto& cells, slot member) const {
    auto found = no_slot;
    for (auto at = root_; at != no_slot;) {
      if (Policy::before(cells[member], cells[at])) {
        found = at;
        at = Policy::links(cells[at]).left;
      } else {
        at = Policy::links(cells[at]).right;
      }
    }
    return found;
  }

  /// Whether the order leads to `member`. If this is true for all members, all are in order. O(log
  /// n).
  bool contains(const auto& cells, slot member) const {
    auto at = root_;
    while (at != no_slot && at != member) {
      auto& links = Policy::links(cells[at]);
      at = Policy::before(cells[member], cells[at]) ? links.left : links.right;
    }
    return at == member;
  }

  /// The number of members before `member`, which need not be in the tree; requires counted_links.
  std::size_t rank(const auto& cells, slot member) const {
    std::size_t before = 0;
    for (auto at = root_; at != no_slot;) {
      auto& links = Policy::links(cells[at]);
      if (Policy::before(cells[at], cells[member])) {
        before += 1 + count_of(cells, links.left);
        at = links.right;
      } else {
        at = links.left;
      }
    }
    return before;
  }

  /// Calls `f(slot)` in order until it returns false. O(log n + calls).
  void visit(const auto& cells, auto&& f) const {
    visit_from(
        cells, [](const auto&) { return true; }, f);
  }

  /// The same, starting at the first member for which `is_after(cell)` is true. In the tree's
  /// order, is_after must be false for all members up to some point and true after it.
  void visit_from(const auto& cells, auto&& is_after, auto&& f) const {
    walk(cells, root_, is_after, f);
  }

private:
  /// A node's priority in the heap order of the treap: a bijection that scatters neighbouring
  /// slots.
  static std::uint32_t height(slot s) {
    s ^= s >> 16;
    s *= 0x85EBCA6BU;
    s ^= s >> 13;
    s *= 0xC2B2AE35U;
    return s ^ (s >> 16);
  }

  template <class Cell>
  static constexpr bool counts() {
    return std::is_base_of_v<counted_links,
                             std::remove_cvref_t<decltype(Policy::links(std::declval<Cell>()))>>;
  }
  static void add_to_count(auto& cell, int n) {
    if constexpr (counts<decltype(cell)>())
      Policy::links(cell).count += static_cast<std::uint32_t>(n);
  }
  static std::uint32_t count_of(const auto& cells, slot s) {
    return s == no_slot ? 0 : Policy::links(cells[s]).count;
  }
  static void recount(auto& cells, slot s) {
    auto& cell = cells[s];
    if constexpr (counts<decltype(cell)>()) {
      auto& links = Policy::links(cell);
      links.count = 1 + count_of(cells, links.left) + count_of(cells, links.right);
    }
  }

  /// Splits the subtree `from` into the members before `pivot` and those after it.
  static void split(auto& cells, slot from, const auto& pivot, slot& before, slot& after) {
    if (from == no_slot) {
      before = after = no_slot;
      return;
    }
    auto& links = Policy::links(cells[from]);
    if (Policy::before(pivot, cells[from])) {
      split(cells, links.left, pivot, before, links.left);
      after = from;
    } else {
      split(cells, links.right, pivot, links.right, after);
      before = from;
    }
    recount(cells, from);
  }

  /// Merges two subtrees into `into`; all members of `a` precede all of `b`.
  static void merge(auto& cells, slot a, slot b, slot& into) {
    slot* link = &into;
    while (a != no_slot && b != no_slot) {
      if (height(a) > height(b)) {
        auto& cell = cells[a];
        if constexpr (counts<decltype(cell)>())
          Policy::links(cell).count += count_of(cells, b);
        *link = a;
        link = &Policy::links(cell).right;
        a = *link;
      } else {
        auto& cell = cells[b];
        if constexpr (counts<decltype(cell)>())
          Policy::links(cell).count += count_of(cells, a);
        *link = b;
        link = &Policy::links(cell).left;
        b = *link;
      }
    }
    *link = a != no_slot ? a : b;
  }

  static bool walk(const auto& cells, slot at, auto& is_after, auto& f) {
    if (at == no_slot)
      return true;
    auto& links = Policy::links(cells[at]);
    if (!is_after(cells[at]))
      return walk(cells, links.right, is_after, f);
    return walk(cells, links.left, is_after, f) && f(at) && walk(cells, links.right, is_after, f);
  }

  slot root_ = no_slot;
};

} // namespace rota::engine
