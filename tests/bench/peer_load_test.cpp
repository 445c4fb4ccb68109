#include "bench/common/messages.hpp"
#include "bench/common/usage.hpp"
#include "bench/peers/client_load.hpp"
#include "bench/peers/report.hpp"
#include "tests/support/temporary_folder.hpp"

#include <catch2/catch.hpp>
#include <unistd.h>

#include <deque>
#include <fstream>
#include <stdexcept>
#include <utility>

namespace rota::bench {

namespace {

/// An in-memory queue, first in, first out. Each request is answered by the next poll.
class fake_clients : public peer_clients {
public:
  fake_clients(std::size_t connections, std::size_t batch) : batch_(batch), in_hand_(connections) {}

  [[nodiscard]] std::size_t size() const override { return in_hand_.size(); }
  void push(std::size_t connection, std::uint32_t tenant) override {
    waiting.insert(waiting.end(), batch_, tenant);
    answers_.emplace_back(connection, batch_);
  }
  void pop(std::size_t connection, std::uint32_t turn) override {
    turns.push_back(turn);
    auto& taken = in_hand_[connection];
    taken.clear();
    for (; taken.size() < batch_ && !waiting.empty(); waiting.pop_front())
      taken.push_back(waiting.front());
    answers_.emplace_back(connection, taken.size());
  }
  void complete(std::size_t connection) override {
    answers_.emplace_back(connection, in_hand_[connection].size() - lost_in_completions);
  }
  [[nodiscard]] const std::vector<std::uint32_t>& tenants(std::size_t connection) const override {
    return in_hand_[connection];
  }
  bool poll(std::chrono::nanoseconds, const done_handler& done) override {
    for (const auto& [connection, jobs] : std::exchange(answers_, {}))
      done(connection, jobs);
    return true;
  }

  std::deque<std::uint32_t> waiting;
  std::vector<std::uint32_t> turns;
  std::size_t lost_in_completions = 0;

private:
  std::size_t batch_;
  std::vector<std::vector<std::uint32_t>> in_hand_;
  std::vector<std::pair<std::size_t, std::size_t>> answers_;
};

struct fake_load {
  explicit fake_load(std::size_t connections, const peer_shape& shape) {
    auto made = std::make_unique<fake_clients>(connections, shape.batch);
    clients = made.get();
    load = std::make_unique<client_load>(std::move(made), shape, turns);
  }

  tenant_turns turns;
  fake_clients* clients;
  std::unique_ptr<client_load> load;
};

} // namespace

TEST_CASE("a load pushes for the tenants in turn, as many jobs as it may") {
  fake_load some(2, {3, 2});
  CHECK(some.load->run(peer_work::push, {.jobs = 8}).pushed == 8);
  CHECK(some.clients->waiting == std::deque<std::uint32_t>{0, 0, 1, 1, 2, 2, 0, 0});
  CHECK(some.turns.push == 1);
}

TEST_CASE("a load takes what waits and reports that there was no more") {
  fake_load some(2, {3, 2});
  static_cast<void>(some.load->run(peer_work::push, {.jobs = 8}));
  const auto taken = some.load->run(peer_work::take, {.jobs = 6});
  CHECK(taken.taken == 6);
  CHECK(taken.pop_ms.size() == 3);
  CHECK(some.clients->turns == std::vector<std::uint32_t>{0, 1, 2});
  CHECK(some.load->run(peer_work::take, {.jobs = 100}).taken == 2);
}

TEST_CASE("a cycle takes what it pushed") {
  fake_load some(4, {2, 3});
  const auto cycled = some.load->run(peer_work::cycle, {.jobs = 30});
  CHECK(cycled.pushed == 30);
  CHECK(cycled.taken == 30);
  CHECK(some.clients->waiting.empty());
}

TEST_CASE("a load without time does nothing") {
  fake_load some(1, {1, 1});
  const auto cycled = some.load->run(peer_work::cycle, {std::chrono::nanoseconds(0)});
  CHECK(cycled.pushed == 0);
}

TEST_CASE("a load that loses a job is no measurement") {
  fake_load some(1, {1, 2});
  some.clients->lost_in_completions = 1;
  CHECK_THROWS_AS(some.load->run(peer_work::cycle, {.jobs = 2}), std::runtime_error);
}

TEST_CASE("a text carries a tenant everywhere, and other noise each time") {
  tenant_text text;
  text.append("use t").append_tenant().append(" ").append_tenant().append(":").append_noise(8);
  const std::string first(text.for_tenant(42));
  const std::string second(text.for_tenant(42));
  CHECK(first.substr(0, 19) == "use t000042 000042:");
  CHECK(first.size() == 27);
  CHECK(second.substr(0, 19) == first.substr(0, 19));
  CHECK(second != first);
  CHECK(read_tenant(first.substr(5)) == 42);
}

TEST_CASE("the ratio of two systems is that of their rounds") {
  rate_result one;
  one.cycle = {100, 200, 90};
  rate_result other;
  other.cycle = {10, 10, 10};
  const auto ratio = cycle_ratio(one, other);
  REQUIRE(ratio);
  CHECK(ratio->median == Approx(10));
  CHECK(ratio->spread == Approx(1.1));
  other.cycle.clear();
  CHECK_FALSE(cycle_ratio(one, other));
}

TEST_CASE("a goal is judged at its cell, and isn't without both sides") {
  peers_results results;
  CHECK(judge(results).front().state == goal_state::not_measured);
  rate_result rota;
  rota.system.name = "rota";
  rota.cell = {1000, 8, 100};
  rota.cycle = {4000};
  rate_result beanstalkd = rota;
  beanstalkd.system.name = "beanstalkd";
  beanstalkd.cycle = {100};
  results.rates = {rota, beanstalkd};
  CHECK(judge(results).front().state == goal_state::reached);
  results.rates[1].cycle = {101};
  CHECK(judge(results).front().state == goal_state::missed);
}

TEST_CASE("a footprint counts what files and processes take up") {
  const tests::temporary_folder folder;
  std::ofstream(folder.path() / "file") << std::string(100'000, 'x') << std::flush;
  CHECK(disk_of(folder.path()) >= 100'000);
  CHECK(memory_of({getpid()}) > 0);
  CHECK(memory_of({}) == 0);
}

} // namespace rota::bench
