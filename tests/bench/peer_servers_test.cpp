#include "bench/common/program.hpp"
#include "bench/common/stop_signal.hpp"
#include "bench/peers/peer.hpp"
#include "bench/peers/systems.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <iostream>
#include <string>

namespace rota::bench {

namespace {

/// The folder into which ./dev bench --peers installs BullMQ.
const std::filesystem::path bullmq_folder = "build/release/bullmq";

/// The program that a system needs; if it is not installed, the test reports that.
struct installation {
  std::string system;
  std::filesystem::path program;
};

bool is_installed(const installation& wanted) {
  if (std::filesystem::exists(wanted.program))
    return true;
  std::cout << "SKIPPED: " << wanted.system << " needs " << wanted.program.string() << std::endl;
  return false;
}

constexpr peer_shape shape{3, 4};

/// Waits for the request in flight on the only connection; returns the number of its jobs.
std::size_t jobs_of_next(peer_clients& clients) {
  std::size_t jobs = 0;
  for (bool ended = false; !ended;) {
    REQUIRE(clients.poll(std::chrono::seconds(60), [&](std::size_t, std::size_t done) {
      jobs = done;
      ended = true;
    }));
  }
  return jobs;
}

void check_loads(peer& system) {
  tenant_turns turns;
  system.prepare(shape);
  fill(system, shape, turns, 6);
  const auto load = system.open(2, shape.batch, turns);
  const auto cycled = load->run(peer_work::cycle, {.jobs = 40});
  CHECK(cycled.pushed == 40);
  CHECK(cycled.taken == 40);
  CHECK(load->run(peer_work::push, {.jobs = 8}).pushed == 8);
  CHECK(load->run(peer_work::take, {.jobs = 8}).taken == 8);
  CHECK(system.open(1, 1, turns)->run(peer_work::cycle, {.jobs = 3}).taken == 3);
}

/// Checks that the tenants of popped jobs are parsed correctly.
void check_tenants(peer& system) {
  system.prepare({7, 3});
  const auto clients = system.connect(1, 3);
  if (!clients)
    return;
  clients->push(0, 6);
  REQUIRE(jobs_of_next(*clients) == 3);
  clients->pop(0, 6);
  REQUIRE(jobs_of_next(*clients) == 3);
  CHECK(clients->tenants(0) == std::vector<std::uint32_t>{6, 6, 6});
  clients->complete(0);
  CHECK(jobs_of_next(*clients) == 3);
  clients->pop(0, 6);
  CHECK(jobs_of_next(*clients) == 0);
}

/// Checks that a restart keeps all jobs and adds none.
void check_restart(peer& system) {
  tenant_turns turns;
  system.prepare(shape);
  fill(system, shape, turns, 6);
  CHECK(system.restart() > 0);
  drain(system, shape, turns, 24);
  CHECK(system.open(1, shape.batch, turns)->run(peer_work::take, {}).taken == 0);
}

enum class lasting : std::uint8_t { no, yes };

void check_system(const std::string& name, lasting jobs = lasting::yes) {
  const stop_signal stop;
  const temporary_folder folder("/tmp");
  const auto systems = make_systems({name}, {"", bullmq_folder, folder.path()}, stop);
  auto& system = *systems.at(0);
  check_loads(system);
  check_tenants(system);
  if (jobs == lasting::yes)
    check_restart(system);
}

} // namespace

TEST_CASE("beanstalkd does the bench's work") {
  if (is_installed({"beanstalkd", "/usr/bin/beanstalkd"})) {
    check_system("beanstalkd");
    check_system("beanstalkd-memory", lasting::no);
  }
}

TEST_CASE("Redis does the bench's work") {
  if (is_installed({"Redis", "/usr/bin/redis-server"}))
    check_system("redis");
}

TEST_CASE("BullMQ does the bench's work") {
  if (is_installed({"BullMQ", bullmq_folder / "node_modules"}) &&
      is_installed({"BullMQ", "/usr/bin/redis-server"}))
    check_system("bullmq");
}

TEST_CASE("PostgreSQL does the bench's work") {
  if (is_installed({"PostgreSQL", "/usr/lib/postgresql/15/bin/initdb"})) {
    check_system("postgres");
    check_system("postgres-fair");
  }
}

TEST_CASE("NATS does the bench's work") {
  if (is_installed({"NATS", "/usr/sbin/nats-server"})) {
    check_system("nats");
    check_system("nats-tenants");
  }
}

} // namespace rota::bench
