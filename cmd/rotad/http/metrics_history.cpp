#include "cmd/rotad/http/metrics_history.hpp"

#include "json/write.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace rota::daemon {
namespace {

using actors::type_counts;
using engine::job_counter;

/// Maximum number of types in a sample: those with the most jobs.
constexpr std::size_t types_max = 20;

/// Maximum number of points in a plot; each takes some kilobytes.
constexpr std::size_t points_max = 3'600;

std::int64_t ms_of(engine::time_point t) { return engine::to_us(t) / 1000; }

void write_counts(json_writer& out, const actors::runtime_figures& f) {
  actors::job_counts_by_state jobs;
  std::uint64_t pushed = 0;
  std::uint64_t dispatched = 0;
  std::uint64_t ended = 0;
  engine::duration_histogram waits;
  for (const auto& t : f.types) {
    jobs += t.jobs;
    pushed += t.count(job_counter::pushed);
    dispatched += t.count(job_counter::dispatched);
    ended += t.count(job_counter::succeeded) + t.count(job_counter::failed) +
             t.count(job_counter::cancelled);
    for (std::size_t i = 0; i < waits.counts.size(); ++i)
      waits.counts[i] += t.waits.counts[i];
  }
  out.member("ready", jobs.ready).member("delayed", jobs.delayed).member("running", jobs.running);
  out.member("pushed", pushed).member("dispatched", dispatched).member("ended", ended);
  out.key("waits").begin_array();
  for (const auto n : waits.counts)
    out.unsigned_integer(n);
  out.end_array();
}

void write_oldest(json_writer& out, const actors::runtime_figures& f) {
  auto oldest = f.now;
  for (const auto& type : f.demand)
    oldest = std::min(oldest, type.oldest_ready.value_or(f.now));
  out.member("oldest_ready_s", std::chrono::duration<double>(f.now - oldest).count());
}

void write_tenants(json_writer& out, const actors::runtime_figures& f) {
  out.member("tenants_with_work", f.tenants_with_work);
  out.key("tenants").begin_array();
  for (const auto& t : f.tenants)
    out.begin_object()
        .member("tenant", t.tenant)
        .member("pool", t.pool)
        .member("weight", t.weight.as_double())
        .member("ready", t.ready)
        .member("running", t.in_flight)
        .member("served", t.served.as_double())
        .end_object();
  out.end_array();
}

void write_types(json_writer& out, const actors::runtime_figures& f) {
  std::vector<const type_counts*> busy;
  for (const auto& t : f.types)
    if (t.jobs.ready + t.jobs.delayed + t.jobs.running > 0)
      busy.push_back(&t);
  std::sort(busy.begin(), busy.end(), [](const auto* a, const auto* b) {
    return a->jobs.ready + a->jobs.running > b->jobs.ready + b->jobs.running;
  });
  busy.resize(std::min(busy.size(), types_max));
  out.key("types").begin_array();
  for (const auto* t : busy)
    out.begin_object()
        .member("type", t->type)
        .member("ready", t->jobs.ready)
        .member("delayed", t->jobs.delayed)
        .member("running", t->jobs.running)
        .end_object();
  out.end_array();
}

void write_pools(json_writer& out, const actors::runtime_figures& f) {
  out.key("pools").begin_array();
  for (const auto& p : f.pools) {
    out.begin_object().member("pool", p.pool).member("used", p.slots_used.as_double());
    out.key("slots");
    p.slots ? out.number(p.slots->as_double()) : out.null();
    out.member("asks", p.asks_waiting).member("ratio", p.fairness.ratio);
    out.end_object();
  }
  out.end_array();
}

} // namespace

std::string format_sample(const actors::runtime_figures& f) {
  return json_text([&](json_writer& out) {
    out.begin_object().member("at", ms_of(f.now));
    write_counts(out, f);
    write_oldest(out, f);
    write_tenants(out, f);
    write_types(out, f);
    write_pools(out, f);
    out.end_object();
  });
}

metrics_history::metrics_history(boost::asio::io_context& io, runtime_client& client,
                                 std::chrono::milliseconds interval, std::size_t tenants_max)
    : timer_(io),
      client_(client),
      interval_(interval),
      samples_max_(
          std::min(static_cast<std::size_t>(std::chrono::hours{1} / interval) + 1, points_max)),
      tenants_max_(tenants_max) {}

void metrics_history::begin() {
  runtime_id_ = std::to_string(getpid()) + "." + std::to_string(++runtimes_);
  samples_.clear();
  taken_ = 0;
  take_sample();
}

void metrics_history::end() { timer_.cancel(); }

void metrics_history::take_sample() {
  client_.send(actors::figures_command{tenants_max_, actors::figures_view::sample},
               [this, runtime = runtimes_](const wire::answer& what) {
                 if (const auto* text = std::get_if<std::string>(&what);
                     text && runtime == runtimes_)
                   keep(*text);
               });
  timer_.expires_after(interval_);
  timer_.async_wait([this](const auto& cancelled) {
    if (!cancelled)
      take_sample();
  });
}

void metrics_history::keep(std::string sample) {
  samples_.push_back(std::move(sample));
  ++taken_;
  if (samples_.size() > samples_max_)
    samples_.pop_front();
}

http_answer metrics_history::answer(const std::string& after) const {
  std::uint64_t known = 0;
  const auto prefix = runtime_id_ + "-";
  bool anew = !after.starts_with(prefix);
  if (!anew)
    std::from_chars(after.data() + prefix.size(), after.data() + after.size(), known);
  const auto first = taken_ - samples_.size(); // the number before that of the oldest sample kept
  anew = anew || known < first || known > taken_;
  std::string text;
  json_writer out{text};
  out.begin_object().member("anew", anew).member("last", prefix + std::to_string(taken_));
  out.key("wait_bounds").begin_array();
  for (const auto bound : engine::duration_bounds)
    out.number(static_cast<double>(bound) / 1e6);
  out.end_array().key("samples").begin_array();
  for (auto i = anew ? 0 : known - first; i < samples_.size(); ++i)
    out.raw(samples_[i]);
  out.end_array().end_object();
  return {200, "application/json; charset=utf-8", std::move(text)};
}

} // namespace rota::daemon
