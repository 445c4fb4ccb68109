#include "actors/queue/queue_snapshot.hpp"
#include "tests/engine/queue/queue_driver.hpp"

#include <catch2/catch.hpp>

using namespace rota;
using namespace rota::engine;
using rota::engine::test::queue_driver;

namespace {

/// Returns the jobs of each history block that a queue's ended jobs are written to.
std::vector<std::uint32_t> blocks_of(std::size_t jobs, std::size_t payload_bytes) {
  queue_driver d;
  for (std::size_t i = 0; i < jobs; ++i) {
    job_spec spec;
    spec.payload = '"' + std::string(payload_bytes, 'x') + '"';
    d.push(std::move(spec));
    d.complete(*d.try_take());
  }
  std::vector<std::uint32_t> found;
  for (const auto& block : actors::queue_snapshot{}.next_piece(d.core, {}, {1}).ended)
    found.push_back(block.jobs);
  return found;
}

} // namespace

TEST_CASE("ended jobs are written in blocks of bounded size", "[actors]") {
  using counts = std::vector<std::uint32_t>;
  CHECK(blocks_of(200, 100) == counts{200});
  CHECK(blocks_of(5, 100'000) == counts{2, 2, 1});
  CHECK(blocks_of(3, 1'000'000) == counts{1, 1, 1});
  CHECK(blocks_of(0, 0).empty());
}
