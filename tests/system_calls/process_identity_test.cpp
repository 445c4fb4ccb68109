#include "system/process_identity.hpp"

#include <catch2/catch.hpp>
#include <unistd.h>

#include <algorithm>

namespace rota::system {
namespace {

TEST_CASE("A process's facts are read whatever its name is") {
  const auto facts = facts_in("42 (a) Z 1 (b) R 7 42 43 0 -1 4194560 1 2 3 4 5 6 7 8 20 "
                              "0 1 0 12345 1000 1 18446744073709551615");
  REQUIRE(facts.has_value());
  CHECK(facts->self == process_identity{42, 12'345});
  CHECK(facts->parent_pid == 7);
  CHECK(facts->session == 43);
  CHECK_FALSE(facts->is_dead);
  CHECK_FALSE(facts_in("42 (a").has_value());
  CHECK_FALSE(facts_in("42 (a) R 1").has_value());
}

TEST_CASE("A process is identified by its number and its start time") {
  const auto self = facts_of(::getpid());
  REQUIRE(self);
  CHECK(self->self.pid == ::getpid());
  CHECK(self->parent_pid == ::getppid());
  CHECK(send_signal(self->self, 0));
  CHECK_FALSE(wait_for_end(self->self, 0));
  process_identity other = self->self;
  ++other.start_ticks;
  CHECK_FALSE(send_signal(other, 0));
  CHECK(wait_for_end(other, 0));
  const auto all = process_numbers();
  CHECK(std::count(all.begin(), all.end(), ::getpid()) == 1);
}

TEST_CASE("A boot's id has no line end") {
  CHECK(boot_id().size() == 36);
  CHECK(boot_id() == boot_id());
}

} // namespace
} // namespace rota::system
