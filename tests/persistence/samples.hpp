// A sample of everything that a store keeps: with all members set, and with none.
#pragma once
#include "persistence/formats/records.hpp"
#include "tests/support/samples.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace rota::persistence::samples {

using tests::full;

/// Calls `use(T{})` for each alternative of a variant.
template <class Variant, class Use>
void for_each_alternative(Use use) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (use(std::variant_alternative_t<I, Variant>{}), ...);
  }
  (std::make_index_sequence<std::variant_size_v<Variant>>{});
}

inline std::vector<setting_changed> settings() {
  std::vector<setting_changed> all;
  for_each_alternative<setting>([&]<class Settings>(const Settings& plain) {
    const auto kind = static_cast<setting_kind>(setting{plain}.index());
    all.push_back({kind, "full", full<Settings>()});
    all.push_back({kind, "plain", plain});
    all.push_back({kind, "gone", {}});
  });
  return all;
}

/// A sample of everything that a journal keeps.
inline std::vector<journal_record> records() {
  std::vector<journal_record> all;
  for_each_alternative<engine::event>([&]<class Event>(const Event& plain) {
    all.emplace_back(queue_event{{4'000'000'000}, full<Event>()});
    all.emplace_back(queue_event{{}, plain});
  });
  for (auto& change : settings())
    all.emplace_back(std::move(change));
  all.emplace_back(full<queue_opened>());
  all.emplace_back(queue_opened{});
  all.emplace_back(full<queue_paused>());
  all.emplace_back(queue_paused{});
  all.emplace_back(full<daemon_started>());
  all.emplace_back(daemon_started{});
  return all;
}

inline std::string group_of(const std::vector<journal_record>& all) {
  std::string bytes;
  byte_writer out{bytes};
  encode_group_head(out);
  for (const auto& record : all)
    encode(out, record);
  return bytes;
}

inline std::vector<engine::job_record> ended_jobs() {
  auto failed = full<engine::job_record>();
  failed.state = engine::job_state::failed;
  failed.attempt.reset();
  engine::job_record succeeded;
  succeeded.number = {failed.number.value + 1};
  succeeded.state = engine::job_state::succeeded;
  return {failed, succeeded, engine::job_record{}};
}

} // namespace rota::persistence::samples
