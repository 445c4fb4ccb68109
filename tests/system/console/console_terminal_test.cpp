// `rota console` at a terminal: keys in, screen out.
#include "tests/support/temporary_folder.hpp"
#include "tests/system/support/console_run.hpp"
#include "tests/system/support/terminal.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace rota::tests;

namespace {

constexpr std::string_view prompt = "rota> ";
constexpr std::string_view left = "\x02";
constexpr std::string_view backspace = "\x7f";
constexpr std::string_view before = "\x10"; // Ctrl-P
constexpr std::string_view stop = "\x03";
constexpr std::string_view end_of_input = "\x04";

std::string keys(std::initializer_list<std::string_view> all) {
  std::string out;
  for (const auto each : all)
    out += each;
  return out;
}

/// A console of the daemon after its first prompt, with its history in `home`.
struct console_at_terminal : terminal {
  console_at_terminal(const console_daemon& daemon, const temporary_folder& home,
                      unsigned short columns = 100)
      : terminal(console_command(daemon, {}), {{"XDG_STATE_HOME", home.path().string()}}, columns) {
    REQUIRE(shows(prompt));
  }
};

} // namespace

TEST_CASE("At a terminal the console's lines can be edited, and come back from the history") {
  console_daemon d;
  const temporary_folder home;
  push(d.client, "render", "acme");
  {
    console_at_terminal console{d, home};
    console.type(keys({"queuxs", left, backspace, "e\n"}));
    CHECK(console.shows("acme"));
    CHECK(console.shows(prompt));
    console.type(keys({before, "\n"}));
    CHECK(console.shows("acme"));
    console.type("exit\n");
    CHECK(console.wait() == 0);
  }
  console_at_terminal later{d, home};
  later.type(keys({before, before, "\n"})); // Past the `exit` command.
  CHECK(later.shows("acme"));
  CHECK(later.shows(prompt)); // Before the prompt, the end of input would go to the command.
  later.type(end_of_input);
  CHECK(later.wait() == 0);
}

TEST_CASE("At a terminal the console completes commands and names of the daemon") {
  console_daemon d;
  const temporary_folder home;
  push(d.client, "render", "acme");
  const auto id = push(d.client, "render", "umbrella");
  console_at_terminal console{d, home};
  console.type("jobs --ten\tum\t");
  CHECK(console.shows("jobs --tenant umbrella "));
  console.type("\n");
  CHECK(console.shows(id));
  CHECK(console.shows(prompt));
  console.type("re\t");
  CHECK(console.shows("resume"));
  CHECK(console.shows("retry"));
}

TEST_CASE("At a terminal the console shows what it would change and asks") {
  console_daemon d;
  const temporary_folder home;
  push_many(d.client, "render", "acme", 3);
  console_at_terminal console{d, home};
  console.type("cancel --tenant acme\n");
  CHECK(console.shows("would cancel 3 jobs"));
  CHECK(console.shows("cancel these jobs? [y/N]"));
  console.type("n\n");
  CHECK(console.shows(prompt));
  CHECK(stat_of(d.client, "/ready") == 3);
  console.type("cancel --tenant acme\n");
  CHECK(console.shows("[y/N]"));
  console.type("y\n");
  CHECK(console.shows("cancelled"));
  CHECK(stat_of(d.client, "/ready") == 0);
}

TEST_CASE("At a terminal watch and top are live until Ctrl-C, which never ends the console") {
  console_daemon d;
  const temporary_folder home;
  console_at_terminal console{d, home};
  for (const std::string command : {"watch -n 0.1 queues\n", "top\n"}) {
    INFO(command);
    console.type(command);
    const auto tenant = "tenant-" + command.substr(0, 3);
    push(d.client, "render", tenant);
    CHECK(console.shows(tenant));
    console.type(stop);
    CHECK(console.shows(prompt));
  }
  console.type(keys({"half a line", stop}));
  CHECK(console.shows(prompt));
  console.type("stats\n");
  CHECK(console.shows("ready"));
  console.type("exit\n");
  CHECK(console.wait() == 0);
}

TEST_CASE("At a terminal the console's tables fit it, whatever is in them") {
  console_daemon d;
  const temporary_folder home;
  push(d.client, "render", std::string(150, 'x'));
  push(d.client, "\xC3\xBC\xE2\x82\xAC", "acme"); // Two letters, of two and three bytes.
  constexpr unsigned short columns = 70;
  console_at_terminal console{d, home, columns};
  console.type("queues\n");
  CHECK(console.shows(prompt));
  CHECK(console.shows("acme"));
  std::size_t width = 0;
  for (const char c : console.unseen()) {
    const bool continues = (static_cast<unsigned char>(c) & 0xC0) == 0x80;
    width = c == '\n' ? 0 : width + (continues ? 0 : 1);
    REQUIRE(width <= columns);
  }
}
