// Access to a console port that requires certificates.
#include "tests/system/support/certificates.hpp"
#include "tests/system/support/console_run.hpp"

#include <catch2/catch.hpp>

using namespace rota::tests;

namespace {

ended_program info_with(const console_daemon& daemon, const certificate_authority::files& files) {
  auto words = tls_options("tls-", files);
  words.insert(words.end(), {"-c", "info"});
  return run_to_end(console_command(daemon, words));
}

} // namespace

TEST_CASE("With certificates a console is served when each side's is signed by the other's CA") {
  certificate_authority ca;
  console_daemon d{tls_options("console-tls-", ca.issue("daemon"))};
  const auto operators = ca.issue("operator");
  const auto served = info_with(d, operators);
  INFO(served.err);
  CHECK(served.status == 0);

  SECTION("a certificate of another CA gets nothing") {
    certificate_authority other;
    auto foreign = other.issue("operator");
    CHECK(info_with(d, foreign).status == 3); // The console does not trust the daemon.
    foreign.ca = operators.ca;
    CHECK(info_with(d, foreign).status == 3); // The daemon does not trust the console.
  }
  SECTION("no certificate gets nothing") { CHECK(console(d, "info").status == 3); }
  SECTION("a daemon of another CA isn't trusted") {
    certificate_authority other;
    auto doubting = operators;
    doubting.ca = other.issue("somebody").ca;
    CHECK(info_with(d, doubting).status == 3);
  }
  CHECK(info_with(d, operators).status == 0); // The daemon is not affected by any of this.
}

TEST_CASE("Certificates of the console come as three files or not at all") {
  certificate_authority ca;
  const auto files = ca.issue("daemon");
  CHECK(start_refused({"--console", "127.0.0.1:0", "--console-tls-cert", files.certificate,
                       "--console-tls-key", files.key})
            .status == 2);
  CHECK(start_refused(tls_options("console-tls-", files)).status == 2); // No port.
  console_daemon d;
  CHECK(run_to_end(console_command(d, {"--tls-cert", files.certificate, "-c", "info"})).status ==
        2);
}
