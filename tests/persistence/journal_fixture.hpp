// Helpers shared by the tests of the journal.
#pragma once

#include "persistence/journal/journal.hpp"
#include "tests/persistence/store_fixture.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
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

// A started journal in inline mode, on a store of its own.
struct inline_journal : observer {
  using change = std::function<void(journal_options&)>;

  explicit inline_journal(const change& set = {}, const store_options& where = {})
      : kept(open_store(folder.path(), where)) {
    auto options = inline_options();
    if (set)
      set(options);
    journal = open_journal(*kept, options, callbacks());
    journal->start();
  }

  // Appends one event and commits it.
  position commit(std::uint32_t queue, std::string_view event) {
    const auto last = journal->append(queue, event, 1);
    journal->pump();
    return last;
  }
  void offer(row_batch batch) {
    journal->offer_rows(std::move(batch));
    journal->pump();
  }
  void pass(std::chrono::nanoseconds time) {
    now += time;
    journal->pump();
  }

  test_folder folder;
  std::unique_ptr<store> kept;
  std::unique_ptr<persistence::journal> journal;
};

inline row_batch whole_snapshot(std::uint32_t queue, position reflects) {
  return {.queue = queue,
          .changes = {{table::queues, std::to_string(queue), std::to_string(reflects.value)}},
          .reflects = reflects,
          .last_piece = true};
}

} // namespace rota::persistence::testing
