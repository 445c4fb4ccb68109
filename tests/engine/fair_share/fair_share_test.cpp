// The fair share in isolation: frames, their clocks, and what a tag keeps when its home changes.
#include "engine/fair_share/fair_share.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace rota::engine;

namespace {

/// A pool with two types, one class each; tenants by letter.
struct two_types {
  fair_share share;
  share_type t, u;
  share_class in_t, in_u;
  struct tenant {
    std::string name;
    share_member member;
    share_seat of_t, of_u;
  };
  std::vector<std::unique_ptr<tenant>> tenants;

  two_types() {
    share.add_class(in_t, t, micro::of(1), false);
    share.add_class(in_u, u, micro::of(1), false);
  }

  tenant& add(const std::string& name, double weight = 1) {
    auto made = std::make_unique<tenant>();
    made->name = name;
    made->member.name = &made->name;
    made->member.weight = *quantity_from(weight);
    made->of_t.member = made->of_u.member = &made->member;
    made->of_t.cls = &in_t;
    made->of_u.cls = &in_u;
    share.add_idle(made->member);
    tenants.push_back(std::move(made));
    return *tenants.back();
  }

  /// Adds a tenant with live work of type t.
  tenant& add_to_t(const std::string& name, double weight = 1) {
    auto& added = add(name, weight);
    share.join(added.of_t);
    return added;
  }

  static share_asker any_asker() {
    share_asker asker;
    asker.free = asker.available = micro::of(1000);
    return asker;
  }

  /// Serves the next turn of an asker of all types, or of one type, at this cost; returns the
  /// tenant.
  std::string turn(share_type* only = nullptr, int cost = 1) {
    std::vector<share_type*> types{only};
    share_asker asker = any_asker();
    if (only != nullptr)
      asker.types = &types;
    share_seat* seat = share.choose(asker);
    if (seat == nullptr)
      return "";
    share.dispatched(*seat->member, asker, micro::of(cost));
    return *seat->member->name;
  }

  double tag(const tenant& of) const { return share.tag(of.member).as_double(); }
};

} // namespace

TEST_CASE("Of equal tags the tenant served longest ago is first, then the one with the lesser name",
          "[fair_share]") {
  two_types s;
  for (const char* name : {"b", "c", "a"})
    s.share.join(s.add(name).of_t);
  std::string order;
  for (int i = 0; i < 4; ++i)
    order += s.turn();
  CHECK(order == "abca");
}

TEST_CASE("A tenant that returns gets V, not what it missed, and keeps its lead", "[fair_share]") {
  two_types s;
  auto& a = s.add_to_t("a");
  auto& b = s.add_to_t("b");
  s.turn(nullptr, 10); // a is 10 ahead
  s.share.leave(a.of_t);
  s.share.join(a.of_t);
  CHECK(s.tag(a) == 10);
  s.share.leave(b.of_t);
  for (int i = 0; i < 5; ++i)
    s.turn(); // a alone: V goes to 14
  s.share.join(b.of_t);
  CHECK(s.tag(b) == 14);
}

TEST_CASE("Tenants that wait for the same type are lifted together", "[fair_share]") {
  two_types s;
  auto& f = s.add("f");
  auto& g = s.add("g");
  auto& other = s.add("other");
  s.share.join(f.of_t);
  s.share.join(g.of_t);
  s.turn(&s.t, 5); // f is 5 ahead of g
  s.share.set_open(s.t, false);
  s.share.join(other.of_u);
  for (int i = 0; i < 100; ++i)
    s.turn();
  s.share.set_open(s.t, true);
  s.turn(&s.t, 0);
  CHECK(s.tag(f) - s.tag(g) == 5);
  CHECK(s.tag(g) == s.share.time().as_double());
}

TEST_CASE("The clock of a type without asks stops like that of a shut type", "[fair_share]") {
  two_types s;
  auto& f = s.add_to_t("f");
  auto& g = s.add_to_t("g");
  s.share.join(s.add("other").of_u);
  s.turn(&s.t, 5);
  for (int i = 0; i < 100; ++i)
    s.turn(&s.u);
  s.turn(&s.t, 0);
  CHECK(s.tag(f) - s.tag(g) == 5);
}

TEST_CASE("A lead over a frame's clock is not lost when the member with the least tag leaves",
          "[fair_share]") {
  // f had a turn of 3 while both could be served. Afterwards only its part in a stopped frame is
  // left, and the frame's least member leaves. If the frame's time were derived from the least tag,
  // it would jump, and f could have its next turn at once: 6 to 0 between two equal tenants.
  two_types s;
  auto& f = s.add("f");
  auto& g = s.add("g");
  auto& x = s.add("x");
  s.share.join(x.of_t);
  s.share.join(s.add("other").of_u);
  for (int i = 0; i < 10; ++i)
    s.turn(&s.u);
  s.share.join(f.of_t);
  s.share.join(f.of_u);
  s.share.join(g.of_t);
  s.share.join(g.of_u);
  const double lead_before = s.tag(f) - s.tag(g);
  REQUIRE(lead_before == 0);
  s.turn(&s.u, 1); // "other" is already ahead of both: f
  REQUIRE(s.tag(f) - s.tag(g) == 1);
  s.share.leave(f.of_u);
  s.share.leave(x.of_t);
  CHECK(s.turn(&s.t, 1) == "g");
}

TEST_CASE("A class that waits for its key is lifted to its type's time, together", "[fair_share]") {
  two_types s;
  share_class keyed;
  s.share.add_class(keyed, s.t, micro::of(1), false);
  auto& f = s.add("f");
  auto& g = s.add("g");
  f.of_t.cls = g.of_t.cls = &keyed;
  s.share.join(f.of_t);
  s.share.join(g.of_t);
  s.turn(nullptr, 7); // f
  s.share.set_open(keyed, false);
  s.share.join(s.add("other").of_t);
  for (int i = 0; i < 50; ++i)
    s.turn();
  s.share.set_open(keyed, true);
  CHECK(s.turn(nullptr, 1) == "g");
  CHECK(s.tag(g) == s.share.time().as_double() + 1);
  CHECK(s.tag(f) == s.tag(g) + 6);
}

TEST_CASE("Seats that do not fit are skipped, and the least of them is returned", "[fair_share]") {
  two_types s;
  share_class heavy;
  s.share.add_class(heavy, s.t, micro::of(4), false);
  auto& big = s.add("big");
  auto& small = s.add("small");
  big.of_t.cls = &heavy;
  s.share.join(big.of_t);
  s.share.join(small.of_t);
  share_asker asker = two_types::any_asker();
  asker.free = asker.available = micro::of(3);
  CHECK(s.share.choose(asker) == &small.of_t);
  CHECK(s.share.least_oversized(asker) == &big.of_t);
  asker.free = micro::of(4);
  asker.available = micro{};
  asker.reserved = &big.of_t;
  CHECK(s.share.choose(asker) == &big.of_t);
}

TEST_CASE("A refund is never lost by a lift, and no other tenant gets it", "[fair_share]") {
  two_types s;
  auto& a = s.add_to_t("a");
  s.add_to_t("b");
  s.turn(nullptr, 10); // a
  for (int i = 0; i < 9; ++i)
    s.turn(); // b
  s.share.correct(a.member, micro::of(-10));
  CHECK(s.tag(a) == 0);
  auto& c = s.add_to_t("c");
  CHECK(s.tag(c) == s.share.time().as_double()); // V, not what is owed to a
  std::string order;
  for (int i = 0; i < 8; ++i)
    order += s.turn();
  CHECK(order == "aaaaaaaa");
}

TEST_CASE("Tags of a thousand dispatches at weight 3 add up exactly", "[fair_share]") {
  two_types s;
  auto& a = s.add_to_t("a", 3);
  for (int i = 0; i < 3000; ++i)
    s.turn();
  CHECK(s.tag(a) == 1000);
}
