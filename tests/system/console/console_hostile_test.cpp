// Input on the console port that does not come from a console, and consoles that hang or die.
#include "tests/support/processes.hpp"
#include "tests/support/seed.hpp"
#include "tests/system/support/console_run.hpp"
#include "tests/system/support/raw_connection.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <vector>

using namespace rota::tests;

namespace {

/// CAF's header has 32 bytes; bytes 5 to 8 are the length of what follows.
constexpr std::size_t header_bytes = 32;

std::string random_bytes(std::mt19937_64& random, std::size_t count) {
  std::string bytes(count, '\0');
  for (char& byte : bytes)
    byte = static_cast<char>(random());
  return bytes;
}

/// A random header, followed by as many bytes as it declares, or fewer.
std::string random_frame(std::mt19937_64& random) {
  const auto payload = random_bytes(random, random() % 200);
  auto header = random_bytes(random, header_bytes);
  header[0] = static_cast<char>(random() % 10);
  if (random() % 4 != 0)
    header.replace(4, 4, std::string(3, '\0') + static_cast<char>(payload.size()));
  return header + payload;
}

/// Sends bytes over a new connection. Ignores a refused connection, because the port may be
/// restarting.
void send_bytes(const console_daemon& daemon, const std::string& bytes) {
  try {
    raw_connection connection{daemon.rotad.console()};
    connection.send(bytes);
    connection.line(std::chrono::milliseconds{1});
  } catch (const std::runtime_error&) {
  }
}

/// The process that has the daemon's console port.
pid_t port_process(const console_daemon& daemon) {
  for (const auto pid : processes_with("rota-console-port")) {
    std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
    std::string number, name, state;
    pid_t parent = 0;
    if (file >> number >> name >> state >> parent && parent == daemon.rotad.pid())
      return pid;
  }
  return 0;
}

std::size_t open_files(pid_t pid) {
  const std::filesystem::directory_iterator all{"/proc/" + std::to_string(pid) + "/fd"};
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

bool serves(const console_daemon& daemon) {
  return eventually([&] { return console(daemon, "stats").status == 0; });
}

} // namespace

TEST_CASE("Bytes that no console sends don't hurt the daemon, and consoles are served again") {
  console_daemon d;
  const auto pid = d.rotad.pid();
  const auto id = push(d.client, "render", "acme");
  const auto seed = chosen_seed();
  INFO("ROTA_SEED=" << seed);
  std::mt19937_64 random{seed};
  for (int i = 0; i < 300; ++i) {
    send_bytes(d, i % 3 == 0 ? random_bytes(random, 1 + random() % 500) : random_frame(random));
    if (i % 20 == 0)
      REQUIRE(state_of(d.client, id) == "ready"); // Clients of the wire are not affected.
  }
  // A header can declare up to 4 GiB.
  for (int operation = 0; operation < 10; ++operation)
    send_bytes(d, std::string{static_cast<char>(operation)} + std::string(3, '\0') +
                      std::string(4, '\xff') + std::string(24, '\0'));
  CHECK(serves(d));
  CHECK(d.rotad.pid() == pid);
  CHECK(d.rotad.is_running());
  CHECK(state_of(d.client, id) == "ready");
}

TEST_CASE("A port for consoles that dies is opened again, the same one") {
  console_daemon d;
  REQUIRE(serves(d));
  const auto first = port_process(d);
  REQUIRE(first != 0);
  ::kill(first, SIGKILL);
  REQUIRE(eventually([&] { return port_process(d) != first && port_process(d) != 0; }));
  CHECK(serves(d));
  const auto last = port_process(d);
  d.rotad.kill(); // The port ends with its daemon.
  CHECK(eventually([&] { return !std::filesystem::exists("/proc/" + std::to_string(last)); }));
}

TEST_CASE("Consoles that die or hang in the midst of answers leave nothing behind") {
  console_daemon d;
  push_many(d.client, "render", "acme", 500, payload_of(2000));
  REQUIRE(serves(d));
  const auto port = port_process(d);
  const auto files = open_files(port);
  const auto kinds = [&] {
    std::string counted;
    for (const auto& each : console_json(d, "actors").elements("/actors"))
      counted += each.text("/actor") + " " + std::to_string(each.integer("/count")) + "\n";
    return counted;
  };
  const auto before = kinds();
  const auto watching = console_command(d, {"-c", "watch -n 0.1 jobs --limit 500"});
  for (const int signal : {SIGKILL, SIGSTOP}) {
    INFO(signal);
    child_program victim{watching};
    REQUIRE(eventually([&] { return !victim.out().empty(); }));
    victim.signal(signal);
    CHECK(serves(d)); // Other consoles are not delayed.
    CHECK(eventually([&] { return open_files(port) == files; }));
  }
  CHECK(kinds() == before);
  CHECK(port_process(d) == port);
}

TEST_CASE("Consoles with a request in flight when the daemon dies all report it and end") {
  console_daemon d;
  std::vector<std::unique_ptr<child_program>> consoles;
  for (int i = 0; i < 40; ++i)
    consoles.push_back(
        std::make_unique<child_program>(console_command(d, {"-c", "watch -n 0.1 stats"})));
  REQUIRE(eventually([&] {
    return std::all_of(consoles.begin(), consoles.end(),
                       [](const auto& console) { return !console->out().empty(); });
  }));
  d.rotad.kill();
  for (const auto& console : consoles)
    CHECK(console->wait() == 3);
}
