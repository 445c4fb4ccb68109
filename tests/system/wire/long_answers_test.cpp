// The size of answers is limited, whatever is requested at once.
#include "tests/system/support/raw_connection.hpp"
#include "tests/system/support/running_daemon.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <string>

using namespace rota::tests;

namespace {

constexpr std::size_t mib = std::size_t{1} << 20;

#if defined(__SANITIZE_ADDRESS__)
constexpr std::size_t quarantine_bytes = 300 * mib; // The sanitizer's quarantine of freed memory.
#else
constexpr std::size_t quarantine_bytes = 0;
#endif

std::string get_request(const std::string& id) {
  return request_text("1", "job.get", "{\"id\":" + json_string(id) + "}");
}

std::size_t resident_bytes(pid_t process) {
  std::ifstream in{"/proc/" + std::to_string(process) + "/statm"};
  std::size_t all = 0, resident = 0;
  in >> all >> resident;
  return resident * 4096;
}

} // namespace

TEST_CASE("A pop is cut at 16 MiB, and what was cut off waits at its old place, uncounted") {
  running_daemon d{{"--durability", "memory"}};
  std::vector<std::string> pushed;
  for (int i = 0; i < 30; ++i)
    pushed.push_back(push(d.client, "t", "acme", payload_of(mib - 2)));
  std::vector<std::string> popped;
  while (popped.size() < pushed.size()) {
    const auto leases = pop(d.client, R"("leases":30,"wait_ms":10000)");
    REQUIRE(!leases.empty());
    CHECK(leases.size() <= 16);
    for (const auto& lease : leases) {
      CHECK(lease.integer("/jobs/0/attempt") == 1);
      popped.push_back(lease.text("/jobs/0/id"));
    }
  }
  CHECK(popped == pushed);
}

TEST_CASE("A page of a list ends at 16 MiB, and the next one goes on there") {
  running_daemon d{{"--durability", "memory"}};
  std::vector<std::string> pushed;
  for (int i = 0; i < 40; ++i)
    pushed.push_back(push(d.client, "t", "acme", payload_of(mib - 2)));
  for (int i = 0; i < 200; ++i)
    pushed.push_back(push(d.client, "t", "acme"));
  std::vector<std::string> listed;
  const auto pages = pages_of(d.client, "job.list", "\"limit\":1000");
  for (const auto& page : pages) {
    CHECK(page.raw().size() < 18 * mib);
    for (const auto& job : page.elements("/jobs"))
      listed.push_back(job.text("/id"));
  }
  CHECK(listed == pushed);
  CHECK(pages.size() == 3);
}

TEST_CASE("Many large jobs asked for at once are read a few at a time") {
  running_daemon d{{"--durability", "memory"}};
  const auto id = push(d.client, "t", "acme", payload_of(mib - 2));
  raw_connection slow{d.rotad.endpoint(), 65'536};
  const auto before = resident_bytes(d.rotad.pid());
  std::string requests;
  for (int i = 0; i < 500; ++i)
    requests += get_request(id) + "\n";
  slow.send(requests);
  for (int i = 0; i < 500; ++i) {
    REQUIRE(slow.answer().text("/result/id") == id);
    if (i % 100 == 0)
      CHECK(resident_bytes(d.rotad.pid()) < before + 250 * mib + quarantine_bytes);
  }
}

TEST_CASE("In an array each request whose answer would exceed the bound is refused by itself") {
  running_daemon d{{"--durability", "memory"}};
  const auto id = push(d.client, "t", "acme", payload_of(mib - 2));
  raw_connection c{d.rotad.endpoint()};
  std::string requests;
  for (int i = 0; i < 100; ++i)
    requests += (i == 0 ? "[" : ",") + get_request(id);
  const auto answers = c.ask(requests + "]").elements();
  REQUIRE(answers.size() == 100);
  std::size_t answered = 0;
  for (const auto& answer : answers) {
    const bool has_job = answer.has("/result");
    answered += has_job ? 1 : 0;
    CHECK((has_job || answer.text("/error/data/kind") == "too_large"));
  }
  CHECK(answered >= 64);
  CHECK(answered <= 66);
}
