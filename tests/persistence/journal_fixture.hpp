// Helpers shared by the tests of the journal.
#pragma once

#include "persistence/journal/journal.hpp"
#include "tests/persistence/store_fixture.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace rota::persistence::testing {

// Records the journal's callbacks, and has a clock that is moved by hand.
struct observer {
  std::chrono::steady_clock::time_point now{};
  std::vector<std::uint64_t> durable;
  std::vector<store_error> failures;
  std::vector<std::uint32_t> wanted;
  std::vector<std::uint64_t> written;

  journal_callbacks callbacks() {
    return {[this](position p) { durable.push_back(p.value); },
            [this](const store_error& error) { failures.push_back(error); },
            [this](std::uint32_t queue) { wanted.push_back(queue); },
            [this](std::uint32_t, std::uint64_t piece) { written.push_back(piece); }};
  }

  journal_options inline_options() {
    journal_options options;
    options.inline_mode = true;
    options.now = [this] { return now; };
    options.wall_now_us = [] { return 0; };
    return options;
  }
};

inline std::unique_ptr<journal> open_journal(store& store, journal_options options,
                                             journal_callbacks callbacks) {
  auto opened = journal::open(store, std::move(options), std::move(callbacks));
  REQUIRE(opened.has_value());
  return std::move(*opened);
}

inline row_change queue_row(std::uint32_t queue, std::string value) {
  return {table::queues, std::to_string(queue), std::move(value)};
}

inline row_batch whole_snapshot(std::uint32_t queue, position reflects) {
  row_batch batch;
  batch.queue = queue;
  batch.changes = {queue_row(queue, std::to_string(reflects.value))};
  batch.reflects = reflects;
  batch.last_piece = true;
  return batch;
}

} // namespace rota::persistence::testing
