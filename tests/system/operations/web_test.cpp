// The web page: its requests, and its rendering in a browser.
#include "tests/support/eventually.hpp"
#include "tests/system/support/http.hpp"
#include "tests/system/support/running_daemon.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <iostream>

using namespace rota::tests;
using Catch::Contains;

namespace {

/// A name that would be markup and script if it were not escaped.
const std::string hostile = R"(<img src=x onerror="document.title='owned'"><b>&amp;)";

std::string encoded(std::string_view text) {
  std::string out;
  for (const unsigned char c : text) {
    char escape[4];
    std::snprintf(escape, sizeof escape, "%%%02X", c);
    out += escape;
  }
  return out;
}

/// A daemon whose plots get ten points per second.
struct web_daemon {
  running_daemon d{{"--http", "0"}, R"({"plot_ms":100})"};

  http_reply get(const std::string& target) { return http_get(d.rotad.http(), target); }
  json api(const std::string& target) { return json{get("/api/" + target).body}; }
  std::string url() { return "http://127.0.0.1:" + d.rotad.http().port; }
};

/// A headless browser; each page is loaded by a new process.
class browser {
public:
  static constexpr const char* program = "/usr/bin/chromium";

  /// The document after its scripts have run for some seconds of the page's virtual time.
  std::string document(const std::string& url) { return run(url, {"--dump-dom"}).out; }

  /// Saves a screenshot in the temporary folder, or in the folder that ROTA_PICTURES names.
  std::filesystem::path picture(const std::string& url, const std::string& name,
                                const std::vector<std::string>& flags) {
    const auto* kept = std::getenv("ROTA_PICTURES");
    const auto file = (kept != nullptr ? std::filesystem::path{kept} : folder_.path()) / name;
    auto all = flags;
    all.push_back("--screenshot=" + file.string());
    run(url, all);
    return file;
  }

private:
  ended_program run(const std::string& url, const std::vector<std::string>& flags) {
    std::vector<std::string> command{program,
                                     "--headless",
                                     "--no-sandbox",
                                     "--disable-gpu",
                                     "--hide-scrollbars",
                                     "--virtual-time-budget=8000",
                                     "--user-data-dir=" + (folder_.path() / "profile").string()};
    command.insert(command.end(), flags.begin(), flags.end());
    command.push_back(url);
    return run_to_end(command);
  }

  temporary_folder folder_{"browser"};
};

bool skip_without_browser() {
  if (std::filesystem::exists(browser::program))
    return false;
  std::cout << "SKIPPED: chromium isn't installed\n";
  return true;
}

/// The part of the document from a card's heading to the end of the card.
std::string card_of(const std::string& document, const std::string& heading) {
  const auto begin = document.find("<h2>" + heading + "</h2>");
  return begin == std::string::npos
             ? ""
             : document.substr(begin, document.find("</section>", begin) - begin);
}

} // namespace

TEST_CASE("The page and all that it needs come from the daemon, with their types") {
  web_daemon s;
  const auto page = s.get("/");
  CHECK(page.status == 200);
  CHECK(page.fields.at("content-type") == "text/html; charset=utf-8");
  CHECK_THAT(page.fields.at("content-security-policy"), Contains("default-src 'self'"));
  CHECK(s.get("/app.js").fields.at("content-type") == "text/javascript; charset=utf-8");
  CHECK(s.get("/style.css").fields.at("content-type") == "text/css; charset=utf-8");
  CHECK_THAT(s.get("/chart.js").body, Contains("Chart.js v3"));
  CHECK(s.get("/../CMakeLists.txt").status == 404);
  CHECK(s.get("/app.jsx").status == 404);
  for (const auto* file : {"/", "/style.css", "/app.js", "/plots.js"})
    CHECK_THAT(s.get(file).body, !Contains("//cdn") && !Contains("https://"));
}

TEST_CASE("The API answers as the protocol does") {
  web_daemon s;
  auto& c = s.d.client;
  const auto id = push(c, "mail", "acme & sons", R"("payload":{"a":[1,2]})");
  CHECK(s.api("job.get?id=" + id) == c.call("job.get", R"({"id":")" + id + R"("})"));
  CHECK(s.api("job.explain?id=" + id) == c.call("job.explain", R"({"id":")" + id + R"("})"));
  CHECK(s.api("job.list?tenant=acme+%26+sons&state=ready&limit=5").text("/jobs/0/id") == id);
  CHECK(s.api("queue.list?tenant=acme%20%26%20sons").size("/queues") == 1);
  CHECK(s.api("server.info") == c.call("server.info"));
  CHECK(s.api("executor.list") == c.call("executor.list"));
}

TEST_CASE("The API refuses with the protocol's kinds, and changes nothing") {
  web_daemon s;
  const auto refused = [&](const std::string& target, int status, const std::string& kind) {
    const auto reply = s.get("/api/" + target);
    INFO(target);
    CHECK(reply.status == status);
    CHECK(json{reply.body}.text("/kind") == kind);
  };
  refused("job.get?id=j1-1", 404, "not_found");
  refused("job.get", 400, "invalid");
  refused("job.get?id=j1-1&more=1", 400, "invalid");
  refused("job.list?limit=0", 400, "invalid");
  refused("job.list?limit=x", 400, "invalid");
  refused("job.list?tenant=%ff", 400, "invalid");
  refused("job.push?jobs=1", 404, "not_found");
  refused("server.drain?on=true", 404, "not_found");
  refused("server.stats", 404, "not_found");
  refused("nothing", 404, "not_found");
  CHECK(!s.d.client.call("server.info").boolean("/draining"));
}

TEST_CASE("An answer that is too long for a page is refused") {
  web_daemon s;
  const auto id = push(s.d.client, "t", "acme", payload_of(5 << 20));
  CHECK(s.get("/api/job.get?id=" + id).status == 413);
}

TEST_CASE("The history grows, is served piece by piece, and starts anew with the daemon") {
  web_daemon s;
  push_many(s.d.client, "t", "acme", 3);
  json all;
  CHECK(eventually([&] {
    all = s.api("history");
    return all.size("/samples") >= 3 && all.elements("/samples").back().integer("/ready") == 3;
  }));
  CHECK(all.boolean("/anew"));
  const auto newest = all.elements("/samples").back();
  CHECK(newest.text("/tenants/0/tenant") == "acme");
  CHECK(newest.integer("/tenants/0/ready") == 3);
  CHECK(newest.integer("/types/0/ready") == 3);
  CHECK(newest.size("/waits") == all.size("/wait_bounds") + 1);
  json more;
  CHECK(eventually([&] {
    more = s.api("history?after=" + all.text("/last"));
    return more.size("/samples") > 0;
  }));
  CHECK_FALSE(more.boolean("/anew"));
  CHECK(more.elements("/samples").front().integer("/at") > newest.integer("/at"));
  const auto last = more.text("/last");
  s.d.restart();
  CHECK(s.api("history?after=" + last).boolean("/anew"));
  CHECK(s.api("history?after=nonsense").boolean("/anew"));
}

TEST_CASE("A browser shows tenants, types and pools, and hostile names as text") {
  if (skip_without_browser())
    return;
  web_daemon s;
  push_many(s.d.client, "mail", "acme", 7);
  push(s.d.client, "<script>document.title='owned'</script>", hostile);
  pop_one(s.d.client, R"("types":["mail"])");
  CHECK(eventually([&] { return s.api("history").size("/samples") >= 3; }));
  browser b;
  const auto document = b.document(s.url() + "/");
  const auto tenants = card_of(document, "Tenants with the most work");
  CHECK_THAT(tenants, Contains(">acme</a>"));
  CHECK_THAT(tenants, Contains("&lt;img src=x onerror="));
  CHECK_THAT(document, !Contains("<img"));
  CHECK_THAT(document, Contains("<title>Rota</title>"));
  const auto types = card_of(document, "Types");
  CHECK_THAT(types,
             Contains("<td>mail</td><td class=\"number\">1</td><td class=\"number\">6</td>"));
  CHECK_THAT(types, Contains("&lt;script&gt;"));
  CHECK_THAT(card_of(document, "Pools"), Contains(">default<") && Contains("no limit"));
  CHECK_THAT(card_of(document, "Executors"), Contains(">process<") && Contains("healthy"));
  CHECK_THAT(document, Contains(">version 0.1.0, fsync<"));
}

TEST_CASE("A browser shows one tenant, whatever its name, and one job with its reason") {
  if (skip_without_browser())
    return;
  web_daemon s;
  const auto id = push(s.d.client, "mail", hostile, R"("payload":{"to":"</pre><i>"})");
  s.d.client.call("tenant.put",
                  R"({"name":)" + json_string(hostile) + R"(,"weight":2.5,"max_queued":9})");
  browser b;
  const auto tenant = b.document(s.url() + "/#/tenant/" + encoded(hostile));
  CHECK_THAT(tenant, Contains("<h1>&lt;img src=x onerror="));
  CHECK_THAT(tenant, !Contains("<img"));
  CHECK_THAT(card_of(tenant, "Settings"), Contains("<dd>2.5</dd>") && Contains("<dd>9</dd>"));
  CHECK_THAT(card_of(tenant, "Ready jobs"), Contains(">" + id + "</a>"));
  CHECK_THAT(card_of(tenant, "Queues"), Contains("<td>mail</td>"));

  auto job = b.document(s.url() + "/#/job/" + id);
  CHECK_THAT(card_of(job, "Why it is in this state"),
             Contains("no_worker") && Contains("in the last 60 s"));
  CHECK_THAT(card_of(job, "Payload"), Contains("&lt;/pre&gt;&lt;i&gt;"));
  CHECK_THAT(card_of(job, "Timeline"), Contains("pushed") && !Contains("started"));
  complete(s.d.client, pop_one(s.d.client),
           R"("outcome":"failed","error":{"message":"no <i> luck"},"retryable":false)");
  job = b.document(s.url() + "/#/job/" + id);
  CHECK_THAT(card_of(job, "Timeline"), Contains("try 1 started") && Contains("failed"));
  CHECK_THAT(card_of(job, "Last error"), Contains("no &lt;i&gt; luck"));
  CHECK_THAT(b.document(s.url() + "/#/job/j1-zzz"), Contains("Not found"));
}

TEST_CASE("Pictures of the page can be taken, wide and narrow, light and dark") {
  if (skip_without_browser())
    return;
  web_daemon s;
  auto& c = s.d.client;
  for (int i = 0; i < 12; ++i)
    for (const auto* tenant : {"acme", "globex", "umbrella", "initech"})
      push_many(c, i % 3 == 0 ? "scan" : "mail", tenant, static_cast<std::size_t>(i + 1));
  const auto samples = [&] { return s.api("history").size("/samples"); };
  for (int i = 0; i < 40; ++i) {
    const auto before = samples();
    for (const auto& lease : pop(c, R"("leases":5)"))
      complete(c, lease);
    CHECK(eventually([&] { return samples() > before; }));
  }
  browser b;
  const auto bytes = [](const std::filesystem::path& p) { return std::filesystem::file_size(p); };
  const auto wide = b.picture(s.url() + "/", "wide.png", {"--window-size=1280,1400"});
  const auto narrow = b.picture(s.url() + "/", "narrow.png", {"--window-size=500,2600"});
  const auto dark =
      b.picture(s.url() + "/", "dark.png",
                {"--window-size=1280,1400", "--blink-settings=preferredColorScheme=0"});
  const auto empty = b.picture("about:blank", "empty.png", {"--window-size=1280,1400"});
  for (const auto& picture : {wide, narrow, dark})
    CHECK(bytes(picture) > 5 * bytes(empty));
}
