// Kills a child process that uses the store and its journal, at times that depend on the seed, and
// checks that everything reported to the child as durable is found afterwards. The child is this
// same program, started with the hidden test at the end of this file.

#include "persistence/journal/journal.hpp"
#include "system/files.hpp"
#include "system/spawn.hpp"
#include "tests/persistence/store_fixture.hpp"

#include <catch2/catch.hpp>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <sstream>
#include <string>

using namespace rota::persistence;
using namespace rota::persistence::testing;

namespace {

constexpr std::uint32_t queues = 12;
constexpr std::uint64_t journal_bytes_max = 64 << 10;

// Events are a function of the position: the queue, and the number of events of that queue up to
// it.
std::uint32_t queue_at(std::uint64_t position) {
  return static_cast<std::uint32_t>((position * 2654435761U >> 7) % queues) + 1;
}

struct queue_state {
  std::uint64_t events = 0;
  std::uint64_t last = 0;

  bool operator==(const queue_state&) const = default;
};
using states = std::map<std::uint32_t, queue_state>;

states expected_at(std::uint64_t last) {
  states made;
  for (std::uint64_t position = 1; position <= last; ++position) {
    auto& queue = made[queue_at(position)];
    ++queue.events;
    queue.last = position;
  }
  return made;
}

std::string text_of(const queue_state& state) {
  return std::to_string(state.events) + " " + std::to_string(state.last);
}

queue_state state_in(const std::string& text) {
  queue_state state;
  std::istringstream(text) >> state.events >> state.last;
  return state;
}

// Reads the rows, then the journal after each queue's own position. Fails on any contradiction.
states recover(const store& store) {
  states found;
  for (const auto& [key, value] : rows_of(store, {table::queues}))
    found[static_cast<std::uint32_t>(std::stoul(key))] = state_in(value);
  for (const auto& [key, value] : rows_of(store, {table::jobs})) {
    // Written in a piece before the queue's own row, so at least as new.
    REQUIRE(state_in(value).last >= found[static_cast<std::uint32_t>(std::stoul(key))].last);
    REQUIRE(state_in(value).last <= store.last_position().value);
  }
  for (const auto& group : groups_of(store)) {
    std::istringstream events(group.bytes);
    std::uint64_t expected = group.first;
    queue_state event;
    for (std::string filler; events >> event.last >> event.events >> filler; ++expected) {
      REQUIRE(event.last == expected);
      auto& queue = found[queue_at(event.last)];
      if (event.last > queue.last) {
        REQUIRE(event.events == queue.events + 1);
        queue = event;
      }
    }
    REQUIRE(expected == group.last + 1);
  }
  REQUIRE(found == expected_at(store.last_position().value));
  return found;
}

// Appends endlessly, offers rows when the journal asks, and reports durable positions.
class child {
public:
  child(const std::string& folder, durability level, std::uint32_t seed, int acknowledgements)
      : random_(seed), acknowledgements_(acknowledgements) {
    store_ = open_store(folder, {.level = level, .journal_bytes_max = journal_bytes_max});
    states_ = recover(*store_);
    journal_options options;
    options.bytes_max = journal_bytes_max;
    options.snapshot_after = std::chrono::milliseconds(20);
    auto opened = journal::open(
        *store_, options,
        {[this](position p) { on_durable(p); }, {}, [this](std::uint32_t q) { on_wanted(q); }, {}});
    REQUIRE(opened.has_value());
    journal_ = std::move(*opened);
    for (const auto& [queue, state] : states_)
      journal_->restore_dirty(queue, {1}, {state.last});
    journal_->start();
  }

  [[noreturn]] void run() {
    while (true) {
      std::unique_lock lock(mutex_);
      room_.wait(lock, [this] { return last_ < journal_->durable().value + 300; });
      for (auto count = 1 + random_() % 20; count > 0; --count)
        append();
    }
  }

private:
  void append() {
    last_ = std::max(last_, journal_->appended().value) + 1;
    auto& queue = states_[queue_at(last_)];
    ++queue.events;
    queue.last = last_;
    const auto text = std::to_string(last_) + " " + std::to_string(queue.events) + " " +
                      std::string(1 + random_() % 300, 'x') + "\n";
    REQUIRE(journal_->append(queue_at(last_), text, 1).value == last_);
  }

  void on_durable(position p) {
    if (::write(acknowledgements_, &p.value, sizeof(p.value)) != sizeof(p.value))
      std::abort();
    const std::lock_guard lock(mutex_);
    room_.notify_one();
  }

  void on_wanted(std::uint32_t queue) {
    queue_state state;
    {
      const std::lock_guard lock(mutex_);
      state = states_[queue];
    }
    row_batch piece;
    piece.queue = queue;
    piece.reflects = {state.last};
    piece.changes = {{table::jobs, std::to_string(queue), text_of(state)}};
    journal_->offer_rows(piece);
    piece.changes = {{table::queues, std::to_string(queue), text_of(state)}};
    piece.last_piece = true;
    journal_->offer_rows(piece);
  }

  std::mt19937 random_;
  int acknowledgements_;
  std::unique_ptr<store> store_;
  std::unique_ptr<journal> journal_;
  std::mutex mutex_;
  std::condition_variable room_;
  states states_;
  std::uint64_t last_ = 0;
};

// Starts the child, reads the given number of acknowledgements and kills it. Returns the last
// acknowledged position.
std::uint64_t run_and_kill(const test_folder& folder, const std::string& level, std::uint32_t seed,
                           std::uint32_t acknowledgements) {
  rota::system::pipe_ends ends;
  REQUIRE(rota::system::open_pipe(ends) == 0);
  const std::string task =
      (folder / "store").string() + " " + level + " " + std::to_string(seed) + " 3";
  ::setenv("ROTA_TEST_CRASH", task.c_str(), 1);
  const auto output =
      rota::system::open_file((folder / "child").string(), O_WRONLY | O_CREAT | O_TRUNC);
  rota::system::program program;
  program.words = {"/proc/self/exe", "[crash-child]"};
  program.out = output.get();
  program.more = {ends.write.get()};
  auto started = rota::system::spawn(std::move(program));
  ::unsetenv("ROTA_TEST_CRASH"); // A run that names hidden tests must not become a child itself.
  REQUIRE(started.has_value());
  ends.write.close();
  std::uint64_t last = 0;
  std::uint64_t read = 0;
  for (std::uint32_t count = 0; ::read(ends.read.get(), &read, sizeof(read)) == sizeof(read);
       ++count) {
    last = read;
    if (count == acknowledgements)
      started->signal(SIGKILL);
  }
  const auto end = started->reap();
  INFO(read_whole(folder / "child"));
  REQUIRE(end.by_signal);
  REQUIRE(end.code == SIGKILL);
  return last;
}

} // namespace

TEST_CASE("a process that is killed at any moment loses nothing that it had acknowledged",
          "[crash][slow]") {
  const std::string level = GENERATE("fsync", "os");
  const auto seed = GENERATE(1U, 2U);
  CAPTURE(level, seed);
  std::mt19937 random(seed);
  const test_folder folder;
  std::uint64_t durable = 0;
  for (int round = 0; round < 12; ++round) {
    CAPTURE(round);
    const auto acknowledgements = random() % (round % 3 == 0 ? 10 : 400);
    const auto last = run_and_kill(folder, level, static_cast<std::uint32_t>(random()),
                                   static_cast<std::uint32_t>(acknowledgements));
    REQUIRE(last >= durable);
    const auto store =
        open_store(folder / "store", {.level = level == "os" ? durability::os : durability::fsync,
                                      .journal_bytes_max = journal_bytes_max});
    REQUIRE(store->last_position().value >= last);
    recover(*store);
    durable = store->last_position().value;
    // The journal was cut meanwhile.
    CHECK((round == 0 || groups_of(*store).front().first > 1));
  }
}

TEST_CASE("the child that the crash test kills", "[.][crash-child]") {
  const char* task = std::getenv("ROTA_TEST_CRASH");
  if (task == nullptr) {
    return; // not started by the crash test
  }
  std::istringstream words{std::string(task)};
  std::string folder;
  std::string level;
  std::uint32_t seed = 0;
  int acknowledgements = -1;
  words >> folder >> level >> seed >> acknowledgements;
  child(folder, level == "os" ? durability::os : durability::fsync, seed, acknowledgements).run();
}
