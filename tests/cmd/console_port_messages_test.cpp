#include "cmd/console_port/link/port_messages.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace rota::console;

namespace {

port_message request(std::uint64_t number, std::string method, std::string params) {
  return {port_message::kind::request, number, false, std::move(method), std::move(params)};
}

bool is_broken(const std::string& bytes) {
  port_message_reader reader{100};
  reader.put(bytes);
  return !reader.next() && reader.broken();
}

} // namespace

TEST_CASE(
    "Messages of the console's port are read as they were written, however they are divided") {
  const auto bytes = to_bytes(request(7, "job.get", "{\"id\":\"\n\"}")) +
                     to_bytes({port_message::kind::answer, UINT64_MAX, true, {}, "{}"}) +
                     to_bytes({port_message::kind::listening, 0, false, {}, "127.0.0.1:1"});
  for (std::size_t size = 1; size <= bytes.size(); ++size) {
    port_message_reader reader{100};
    std::vector<port_message> out;
    for (std::size_t i = 0; i < bytes.size(); i += size) {
      reader.put(std::string_view{bytes}.substr(i, size));
      while (auto message = reader.next())
        out.push_back(std::move(*message));
    }
    REQUIRE(out.size() == 3);
    CHECK(!reader.broken());
    CHECK(out[0].what == port_message::kind::request);
    CHECK(out[0].number == 7);
    CHECK(out[0].method == "job.get");
    CHECK(out[0].text == "{\"id\":\"\n\"}");
    CHECK(out[1].number == UINT64_MAX);
    CHECK(out[1].done);
    CHECK(out[2].text == "127.0.0.1:1");
  }
}

TEST_CASE("Malformed messages of the console's port are detected") {
  for (const std::string& bytes :
       {std::string("x 1 0 0 0\n"), std::string("r 1 0 0\n"), std::string("r 1 0 0 0 0\n"),
        std::string("r -1 0 0 0\n"), std::string("r 99999999999999999999999 0 0 0\n"),
        std::string(1000, 'r'), std::string("\n")}) {
    INFO(bytes);
    CHECK(is_broken(bytes));
  }
}

TEST_CASE("The method and the text of a message of the console's port have a maximum size") {
  port_message_reader reader{100};
  reader.put(to_bytes(request(1, std::string(method_bytes_max, 'm'), std::string(100, 't'))));
  CHECK(reader.next());
  CHECK(is_broken(to_bytes(request(1, std::string(method_bytes_max + 1, 'm'), ""))));
  CHECK(is_broken(to_bytes(request(1, "m", std::string(101, 't')))));
}
