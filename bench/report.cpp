// rota-report: how the tenants of a running daemon fared, from the jobs that it lists. With --watch
// it first tells how the work goes on until nothing waits or runs any more.

#include "bench/common/job_report.hpp"
#include "bench/common/stop_signal.hpp"
#include "bench/common/text_table.hpp"
#include "json/slice.hpp"
#include "json/write.hpp"
#include "wire/client.hpp"
#include "wire/time_text.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <optional>
#include <stdexcept>

namespace rota::bench {

namespace {

constexpr const char* page_size = "1000";
constexpr std::size_t tenants_in_progress = 8;

class server {
public:
  explicit server(const std::string& address) : client_(connected(address)) {}

  std::string call(std::string_view method, const std::string& params) {
    auto result = client_.call(method, params);
    if (!result) {
      throw std::runtime_error(std::string(method) + ": " + result.error().message);
    }
    return std::move(*result);
  }

  /// Hands each element of the array `member` of all pages of a list to `take`.
  template <class Take>
  void list(std::string_view method, std::string_view member, Take take) {
    std::string cursor = "null";
    do {
      std::string params = std::string(R"({"limit":)") + page_size;
      params += cursor == "null" ? "}" : R"(,"cursor":)" + cursor + "}";
      const std::string page = call(method, params);
      const auto object = json_value(page).as_object();
      for (const auto& element : object.find(member).value_or(json_value{}).as_array()) {
        take(element);
      }
      cursor = std::string(object.find("cursor").value_or(json_value{}).raw());
    } while (cursor != "null");
  }

private:
  static protocol::client connected(const std::string& address) {
    const auto where = protocol::parse_endpoint(address);
    if (!where) {
      throw std::runtime_error("not HOST:PORT: " + address);
    }
    auto made = protocol::client::connect(*where);
    if (!made) {
      throw std::runtime_error(made.error());
    }
    return std::move(*made);
  }

  protocol::client client_;
};

json_value member(const json_value& object, std::string_view name) {
  return object.as_object().find(name).value_or(json_value{});
}

std::int64_t count_in(const json_value& object, std::string_view name) {
  return member(object, name).as_int64().value_or(0);
}

std::int64_t time_in(const json_value& object, std::string_view name) {
  return protocol::parse_time(member(object, name).as_string()).value_or(0);
}

listed_job read_job(const json_value& job) {
  listed_job read;
  read.tenant = member(job, "tenant").as_string();
  const auto state = member(job, "state").as_string();
  if (state == "succeeded") {
    read.ended = listed_job::outcome::succeeded;
  } else if (state == "failed") {
    read.ended = listed_job::outcome::failed;
  } else if (state == "cancelled") {
    read.ended = listed_job::outcome::cancelled;
  }
  read.started_us = time_in(job, "started_at");
  read.ready_us = time_in(job, "ready_at");
  if (read.ready_us == 0 || (read.started_us != 0 && read.ready_us > read.started_us)) {
    read.ready_us = time_in(job, "created_at");
  }
  return read;
}

struct tenant_load {
  std::int64_t waiting = 0;
  std::int64_t running = 0;
};

/// Counts what waits and runs, by tenant, for those of the first queues that the daemon lists.
void read_loads(server& daemon, std::map<std::string, tenant_load>& tenants) {
  for (auto& [name, load] : tenants) {
    load = {};
  }
  const std::string queues =
      daemon.call("queue.list", std::string(R"({"limit":)") + page_size + "}");
  for (const auto& queue : member(json_value(queues), "queues").as_array()) {
    auto& load = tenants[member(queue, "tenant").as_string()];
    load.waiting += count_in(queue, "ready") + count_in(queue, "delayed");
    load.running += count_in(queue, "running");
  }
}

/// One line about what still waits and runs; false when nothing does.
bool tell_progress(server& daemon, std::map<std::string, tenant_load>& tenants, double seconds) {
  const std::string stats = daemon.call("server.stats", "{}");
  const json_value all(stats);
  const auto waiting = count_in(all, "ready") + count_in(all, "delayed");
  const auto running = count_in(all, "running");
  read_loads(daemon, tenants);
  std::string line;
  std::size_t shown = 0;
  for (const auto& [name, load] : tenants) {
    if (++shown > tenants_in_progress) {
      line += ", ...";
      break;
    }
    line += (line.empty() ? "" : ", ") + name + ' ' +
            with_commas(static_cast<double>(load.waiting)) + '+' + std::to_string(load.running);
  }
  std::printf("%6.1f s  %s waiting + %lld running%s%s\n", seconds,
              with_commas(static_cast<double>(waiting)).c_str(), static_cast<long long>(running),
              line.empty() ? "" : ": ", line.c_str());
  std::fflush(stdout);
  return waiting + running > 0;
}

void watch(server& daemon, const stop_signal& stop) {
  const auto begin = std::chrono::steady_clock::now();
  const auto seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  std::map<std::string, tenant_load> tenants;
  while (tell_progress(daemon, tenants, seconds())) {
    stop.pause(std::chrono::milliseconds(1000));
  }
}

/// One line: how many jobs the daemon knows and how they stand.
void print_summary(const std::vector<listed_job>& jobs) {
  const auto number = [&](listed_job::outcome ended) {
    return with_commas(static_cast<double>(std::count_if(
        jobs.begin(), jobs.end(), [&](const listed_job& job) { return job.ended == ended; })));
  };
  std::printf(
      "%s jobs: %s succeeded, %s failed, %s cancelled, %s open\n",
      with_commas(static_cast<double>(jobs.size())).c_str(),
      number(listed_job::outcome::succeeded).c_str(), number(listed_job::outcome::failed).c_str(),
      number(listed_job::outcome::cancelled).c_str(), number(listed_job::outcome::open).c_str());
}

std::string share_text(std::size_t part, std::size_t whole) {
  return whole == 0
             ? "-"
             : decimal(100.0 * static_cast<double>(part) / static_cast<double>(whole), 1) + "%";
}

void print_tenants(const job_report& report) {
  double weights = 0;
  for (const auto& tenant : report.tenants) {
    weights += tenant.weight;
  }
  text_table table({"tenant", "jobs", "failed", "open", "wait p50 ms", "wait p99 ms",
                    "share while all waited", "by weight"});
  for (const auto& tenant : report.tenants) {
    table.add({tenant.name, with_commas(static_cast<double>(tenant.jobs)),
               with_commas(static_cast<double>(tenant.failed)),
               with_commas(static_cast<double>(tenant.open)), decimal(tenant.wait_p50_ms, 0),
               decimal(tenant.wait_p99_ms, 0),
               share_text(tenant.turns_contested, report.turns_contested),
               decimal(100 * tenant.weight / weights, 1) + "%"});
  }
  std::printf("%s", table.text().c_str());
}

void print_fairness(const std::string& stats) {
  bool any = false;
  for (const auto& pool : member(json_value(stats), "pools").as_array()) {
    const auto number = [&](std::string_view pointer) {
      const auto value = at_pointer(pool, pointer);
      return value ? value->as_double().value_or(0) : 0;
    };
    if (number("/fairness/bound") > 0) {
      any = true;
      std::printf("fairness gap of pool %s since the daemon's start: %.2f, bound %.2f, ratio %.2f "
                  "(fair: at most 1)\n",
                  member(pool, "pool").as_string().c_str(), number("/fairness/gap"),
                  number("/fairness/bound"), number("/fairness/ratio"));
    }
  }
  if (!any) {
    std::printf("fairness gap: no two tenants waited at a time since the daemon's start\n");
  }
}

int run(int count, char** arguments) {
  std::string address = "127.0.0.1:7070";
  bool watching = false;
  bool summary = false;
  CLI::App app("How the tenants of a daemon fared");
  app.add_option("--server", address, "HOST:PORT");
  app.add_flag("--watch", watching, "first tell of progress until nothing waits or runs");
  app.add_flag("--summary", summary, "only a line with the numbers of jobs; none without jobs");
  CLI11_PARSE(app, count, arguments);
  const stop_signal stop;
  server daemon(address);
  if (watching) {
    watch(daemon, stop);
  }
  std::vector<listed_job> jobs;
  daemon.list("job.list", "jobs", [&](const json_value& job) { jobs.push_back(read_job(job)); });
  if (summary) {
    if (!jobs.empty()) {
      print_summary(jobs);
    }
    return 0;
  }
  std::map<std::string, double> weights;
  daemon.list("tenant.list", "tenants", [&](const json_value& tenant) {
    weights[member(tenant, "name").as_string()] = member(tenant, "weight").as_double().value_or(1);
  });
  if (jobs.empty()) {
    std::printf("the daemon knows no jobs\n");
    return 0;
  }
  const auto report = make_report(jobs, weights);
  print_tenants(report);
  print_fairness(daemon.call("server.stats", "{}"));
  return 0;
}

} // namespace

} // namespace rota::bench

int main(int count, char** arguments) {
  try {
    return rota::bench::run(count, arguments);
  } catch (const rota::bench::stopped_by_signal&) {
    return 130;
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "rota-report: %s\n", failure.what());
    return 1;
  }
}
