#include "engine/queue/dedup.hpp"

#include <catch2/catch.hpp>

using namespace rota::engine;

namespace {

constexpr time_point at(int s) { return time_point{} + std::chrono::seconds{s}; }
constexpr job_state done = job_state::succeeded;

} // namespace

TEST_CASE("a key belongs to its job as long as the job lives", "[dedup]") {
  dedup_keys keys;
  keys.claim("a", {1});
  auto found = keys.find("a", never - duration{1});
  REQUIRE(found);
  CHECK(found->first == serial{1});
  CHECK_FALSE(found->ended);
  CHECK(keys.next_wake() == never);
  CHECK_FALSE(keys.find("b", at(0)));
}

TEST_CASE("a key is remembered until its time past the job's end", "[dedup]") {
  dedup_keys keys;
  keys.claim("a", {1});
  keys.release("a", {1}, done, at(10));
  CHECK(keys.find("a", at(9))->ended == done);
  CHECK_FALSE(keys.find("a", at(10)));
  CHECK(keys.next_wake() == at(10));
  keys.advance(at(9));
  CHECK_FALSE(keys.empty());
  keys.advance(at(10));
  CHECK(keys.next_wake() == never);
  CHECK(keys.empty());
}

TEST_CASE("the end of a job that lost its key changes nothing", "[dedup]") {
  dedup_keys keys;
  keys.claim("a", {1});
  keys.claim("a", {2});
  keys.release("a", {1}, done, at(10));
  CHECK(keys.find("a", at(99))->first == serial{2});
}

TEST_CASE("a key becomes a row when its job ends and the row goes with the key", "[dedup]") {
  dedup_keys keys;
  keys.claim("a", {1});
  CHECK_FALSE(keys.has_changes());
  keys.release("a", {1}, done, at(10));
  CHECK(keys.take_changes(10) == std::vector{key_change{"a", false, {1}, done, at(10)}});
  CHECK(keys.take_changes(10).empty());
  keys.advance(at(10));
  CHECK_FALSE(keys.empty());
  CHECK(keys.take_changes(10) == std::vector{key_change{"a", true, {}, job_state::succeeded, {}}});
  CHECK(keys.empty());
}

TEST_CASE("a key that is claimed and freed between two snapshots never has a row", "[dedup]") {
  dedup_keys keys;
  keys.claim("a", {1});
  keys.release("a", {1}, done, at(10));
  SECTION("forgotten") { keys.advance(at(11)); }
  SECTION("taken over by a new job") { keys.claim("a", {2}); }
  CHECK_FALSE(keys.has_changes());
}

TEST_CASE("a new job with a stored key drops the row, and its end writes it again", "[dedup]") {
  dedup_keys keys;
  keys.restore("a", {1}, done, at(10));
  CHECK_FALSE(keys.has_changes());
  keys.claim("a", {2});
  SECTION("with a snapshot between") {
    CHECK(keys.take_changes(10).front().dropped);
    keys.release("a", {2}, done, at(20));
    CHECK(keys.take_changes(10) == std::vector{key_change{"a", false, {2}, done, at(20)}});
  }
  SECTION("without") {
    keys.release("a", {2}, done, at(20));
    CHECK(keys.take_changes(10) == std::vector{key_change{"a", false, {2}, done, at(20)}});
    CHECK_FALSE(keys.has_changes());
  }
}

TEST_CASE("a restored key does not replace that of a living job", "[dedup]") {
  dedup_keys keys;
  keys.claim("a", {2});
  keys.restore("a", {1}, done, at(10));
  CHECK(keys.find("a", at(0))->first == serial{2});
  CHECK(keys.take_changes(10).front().dropped);
}

TEST_CASE("key changes are returned in pieces, each key once", "[dedup]") {
  dedup_keys keys;
  for (char c = 'a'; c < 'f'; ++c) {
    std::string key(1, c);
    keys.claim(key, {1});
    keys.release(key, {1}, done, at(10));
  }
  CHECK(keys.take_changes(3).size() == 3);
  CHECK(keys.has_changes());
  CHECK(keys.take_changes(3).size() == 2);
  CHECK_FALSE(keys.has_changes());
}
