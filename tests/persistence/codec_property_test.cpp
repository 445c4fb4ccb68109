// Random events, jobs and settings survive a round trip; random bytes do no harm.
#include "tests/persistence/samples.hpp"
#include "tests/support/seed.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <random>

using namespace rota::persistence;
using namespace rota::persistence::samples;
using rota::tests::any_of;
using rota::tests::random_bits;
namespace engine = rota::engine;

namespace {

/// Calls `use(bits)` many times, each time with different bits.
template <class Use>
void with_random_bits(Use use) {
  const auto seed = rota::tests::chosen_seed();
  INFO("seed " << seed);
  std::mt19937_64 random{seed};
  const char* soak = std::getenv("ROTA_SOAK");
  for (int left = 200 * (soak != nullptr ? std::atoi(soak) : 1); left > 0; --left)
    use(random_bits{[&] { return random(); }});
}

} // namespace

TEST_CASE("random groups of events come back as they were", "[property]") {
  with_random_bits([](const random_bits& bits) {
    std::vector<journal_record> records;
    for_each_alternative<engine::event>([&]<class Event>(const Event&) {
      if (bits() % 2 == 0)
        records.emplace_back(
            queue_event{{static_cast<std::uint32_t>(bits())}, any_of<Event>(bits)});
    });
    REQUIRE((decode_group(group_of(records)) == records));
  });
}

TEST_CASE("random jobs come back from rows and history", "[property]") {
  with_random_bits([](const random_bits& bits) {
    const auto row = any_of<job_row>(bits);
    REQUIRE((decode_job_row(encode_row(row)) == row));
    const std::vector jobs{any_of<engine::job_record>(bits), row.record,
                           any_of<engine::job_record>(bits)};
    REQUIRE((decode_history(encode_history(jobs)) == jobs));
    REQUIRE(find_in_history(encode_history(jobs), row.record.number).has_value());
  });
}

TEST_CASE("random settings and marks come back as they were", "[property]") {
  with_random_bits([](const random_bits& bits) {
    for_each_alternative<setting>([&]<class Settings>(const Settings& plain) {
      const auto kind = static_cast<setting_kind>(setting{plain}.index());
      const setting_changed change{kind, "x", any_of<Settings>(bits)};
      REQUIRE((decode_directory_row(encode_row(change)) == journal_record{change}));
    });
    const auto marks = any_of<marks_row>(bits);
    REQUIRE((decode_marks_row(encode_row(marks)) == marks));
  });
}

TEST_CASE("random bytes do no harm", "[property]") {
  with_random_bits([](const random_bits& bits) {
    std::string text(1, static_cast<char>(format_version));
    for (auto left = bits() % 100; left > 0; --left)
      text += static_cast<char>(bits());
    decode_group(text);
    decode_job_row(text);
    decode_history(text);
  });
}
