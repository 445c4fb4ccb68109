#include "engine/arbiter/in_flight.hpp"

#include <catch2/catch.hpp>

using namespace rota::engine;

namespace {
attempt_load load_of(std::uint32_t type, std::uint32_t tenant, std::uint32_t key = no_index) {
  attempt_load load;
  load.type = type;
  load.tenant = tenant;
  load.key = key;
  load.slots = micro::of(2);
  load.jobs = 50;
  return load;
}
} // namespace

TEST_CASE("An attempt counts once for each of its limits, whatever its batch size", "[in_flight]") {
  in_flight set;
  CHECK(set.insert({1}, load_of(3, 7, 2)));
  CHECK(set.insert({2}, load_of(3, 8)));
  CHECK(set.of_type(3) == 2);
  CHECK(set.of_tenant(7) == 1);
  CHECK(set.of_pair(3, 7) == 1);
  CHECK(set.of_key(2) == 1);
  CHECK(set.of_share(0, 8) == 1);
  CHECK(set.slots_of_pool(0) == micro::of(4));
  CHECK(set.of_type(99) == 0);
  CHECK_FALSE(set.find_difference());
}

TEST_CASE("J7: inserting and erasing by id are idempotent", "[in_flight]") {
  in_flight set;
  CHECK(set.insert({1}, load_of(0, 0)));
  CHECK_FALSE(set.insert({1}, load_of(5, 5)));
  CHECK(set.of_type(0) == 1);
  CHECK(set.of_type(5) == 0);
  REQUIRE(set.erase({1}));
  CHECK_FALSE(set.erase({1}));
  CHECK(set.of_type(0) == 0);
  CHECK(set.find({1}) == nullptr);
  CHECK(set.slots_of_pool(0) == micro{});
  CHECK_FALSE(set.find_difference());
}

TEST_CASE("The jobs that an attempt took can be changed without affecting a limit", "[in_flight]") {
  in_flight set;
  set.insert({1}, load_of(0, 0));
  REQUIRE(set.find({1}) != nullptr);
  set.find({1})->jobs = 3;
  set.find({1})->taken = true;
  CHECK(set.find({2}) == nullptr);
  CHECK_FALSE(set.find_difference());
}
